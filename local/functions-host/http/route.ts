import { type Constraint, parseConstraint } from './constraints.ts';

/** A compiled ASP.NET route template: `{id}`, `{id?}`, `{id:int}`, `{a}-{b}`, `{*rest}`. */
export type Route = {
  readonly template: string;
  /** One number per segment, lower is more specific; see {@link compareRoutes}. */
  readonly precedence: readonly number[];
  /** The decoded parameters when the path (with its leading slash) fits, else undefined. An absent optional one is left out. */
  match(path: string): Readonly<Record<string, string>> | undefined;
};

type Parameter = { readonly name: string; readonly constraints: readonly Constraint[] };

const PARAMETER = /\{(\*{0,2})(\w+)((?::[^{}:?]+)*)(\?)?\}/g;

export function parseRoute(template: string): Route {
  const parameters: Parameter[] = [];
  const segments = template.split('/').filter((segment) => segment !== '');
  const compiled = segments.map((segment) => compileSegment(segment, template, parameters));
  const pattern = new RegExp(`^${compiled.map(({ source }) => source).join('')}/?$`, 'i');

  return {
    template,
    precedence: compiled.map(({ precedence }) => precedence),
    match(path) {
      const found = pattern.exec(path);
      if (found === null) return undefined;
      const values: Record<string, string> = {};
      for (const [index, { name, constraints }] of parameters.entries()) {
        const text = found[index + 1];
        if (text === undefined || text === '') continue;
        const value = decodeURIComponent(text);
        if (!constraints.every((holds) => holds(value))) return undefined;
        values[name] = value;
      }
      return values;
    },
  };
}

/** Sorts the more specific route first, segment by segment: literal, constrained parameter, parameter, catch-all. */
export function compareRoutes(a: Route, b: Route): number {
  for (let index = 0; index < Math.max(a.precedence.length, b.precedence.length); index++) {
    const difference = (a.precedence[index] ?? 0) - (b.precedence[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compileSegment(
  segment: string,
  template: string,
  parameters: Parameter[],
): { readonly source: string; readonly precedence: number } {
  const found = [...segment.matchAll(PARAMETER)];
  if (segment.replace(PARAMETER, '').match(/[{}]/)) {
    throw new Error(
      `Route "${template}": the local host cannot read "${segment}" (default values are not supported).`,
    );
  }
  let source = '';
  let end = 0;
  for (const match of found) {
    const [text, stars, name = '', constraints = ''] = match;
    parameters.push({
      name,
      constraints: constraints
        .split(':')
        .slice(1)
        .map((c) => parseConstraint(c, template)),
    });
    source += escapeText(segment.slice(end, match.index)) + (stars === '' ? '([^/]+?)' : '(.*)');
    end = match.index + text.length;
  }
  source += escapeText(segment.slice(end));

  const [first] = found;
  if (first === undefined) return { source: `/${source}`, precedence: 1 };
  const [, stars, , constraints, optional] = first;
  const skippable = optional === '?' || stars !== '';
  const kind = stars === '' ? 2 : 4;
  return {
    source: skippable ? `(?:/${source})?` : `/${source}`,
    precedence: constraints === '' && found.length === 1 ? kind + 1 : kind,
  };
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
