import type { TemplateFunction } from './functions.ts';

/** A part of a template: fixed text, or an expression in braces. */
export type Part =
  | { readonly part: 'text'; readonly text: string }
  | { readonly part: 'expression'; readonly expression: Expression };

export type Expression =
  | { readonly is: 'literal'; readonly value: string | number }
  | { readonly is: 'attribute'; readonly name: string }
  | { readonly is: 'call'; readonly function: TemplateFunction; readonly args: readonly Expression[] };

export type Token = {
  readonly kind: 'name' | 'number' | 'string' | 'symbol';
  readonly text: string;
  /** Where it stands in the template, from 1. */
  readonly at: number;
};

/** A template that does not parse: what is wrong, and where. */
export class TemplateError extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(`${message} (character ${at})`);
    this.name = 'TemplateError';
    this.at = at;
  }
}

const tokenPattern =
  /\s*(?:(?<name>[A-Za-z_][A-Za-z0-9_.]*)|(?<number>\d{1,6})|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<symbol>[(),]))/y;

/** Splits the inside of braces into tokens, up to the closing brace; answers where that stands. */
export function tokenize(
  template: string,
  start: number,
): { readonly tokens: Token[]; readonly end: number } {
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    const space = /\s*/y;
    space.lastIndex = at;
    const next = at + (space.exec(template)?.[0].length ?? 0);
    if (template[next] === '}') return { tokens, end: next };
    if (next >= template.length) throw new TemplateError('a { is not closed by }', start);
    tokenPattern.lastIndex = at;
    const groups = tokenPattern.exec(template)?.groups;
    if (!groups) throw new TemplateError(`${JSON.stringify(template[next])} is not expected here`, next + 1);
    tokens.push(tokenOf(groups, next + 1));
    at = tokenPattern.lastIndex;
  }
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, at: number): Token {
  if (groups.name !== undefined) return { kind: 'name', text: groups.name, at };
  if (groups.number !== undefined) return { kind: 'number', text: groups.number, at };
  if (groups.symbol !== undefined) return { kind: 'symbol', text: groups.symbol, at };
  return { kind: 'string', text: groups.single ?? groups.double ?? '', at };
}
