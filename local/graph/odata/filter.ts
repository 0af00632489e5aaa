import { invalidRequest } from '../http/graph-error.ts';
import { isJsonObject } from '../http/parameter.ts';
import type { Json } from '../tenant/objects.ts';
import { compare, functions, isComparison, isTextFunction } from './filter-operators.ts';
import { type Token, tokenize } from './filter-tokens.ts';

/** Reads a property (`displayName`, `writebackConfiguration/isEnabled`, or a lambda variable). */
export type ReadProperty = (path: string) => Json;
type Predicate = (read: ReadProperty) => boolean;

export type Filter = {
  readonly matches: Predicate;
  /** Needs `ConsistencyLevel: eventual` and `$count=true` in Graph: `ne`, `not` and `endswith`. */
  readonly advanced: boolean;
  /** Every property that the filter names. */
  readonly properties: readonly string[];
};

/**
 * Parses the part of OData `$filter` that the directory supports: comparisons, `in`, `startswith`, `endswith`,
 * `any` over lists, `and`, `or`, `not` and parentheses.
 * @throws GraphError 400 that names what could not be read.
 */
export const parseFilter = (text: string): Filter => {
  const tokens = tokenize(text);
  const properties = new Set<string>();
  let at = 0;
  let advanced = false;

  const fail = (): never => {
    throw invalidRequest(
      `Invalid filter clause: '${text}' could not be read at token ${at + 1}.`,
      'BadRequest',
    );
  };
  const next = (): Token => tokens[at++] ?? fail();
  const peekWord = (): string | undefined => {
    const token = tokens[at];
    return token?.kind === 'word' ? token.text.toLowerCase() : undefined;
  };
  const isMark = (mark: string) => {
    const token = tokens[at];
    return token?.kind === 'mark' && token.text === mark;
  };
  const expectMark = (mark: string) => {
    if (!isMark(mark)) fail();
    at++;
  };
  const word = (): string => {
    const token = next();
    return token.kind === 'word' ? token.text : fail();
  };
  const literal = (): Json => {
    const token = next();
    return token.kind === 'literal' ? token.value : fail();
  };
  const property = (variable: string | undefined): string => {
    const path = word();
    if (path !== variable) properties.add(path.split('/')[0] ?? path);
    return path;
  };

  const either = (variable?: string): Predicate => {
    const options = [both(variable)];
    while (peekWord() === 'or') {
      at++;
      options.push(both(variable));
    }
    return options.length === 1 ? (options[0] ?? fail()) : (read) => options.some((option) => option(read));
  };

  const both = (variable?: string): Predicate => {
    const conditions = [condition(variable)];
    while (peekWord() === 'and') {
      at++;
      conditions.push(condition(variable));
    }
    return conditions.length === 1
      ? (conditions[0] ?? fail())
      : (read) => conditions.every((each) => each(read));
  };

  const condition = (variable?: string): Predicate => {
    if (peekWord() === 'not') {
      at++;
      advanced = true;
      const negated = condition(variable);
      return (read) => !negated(read);
    }
    if (isMark('(')) {
      at++;
      const inner = either(variable);
      expectMark(')');
      return inner;
    }
    const name = peekWord();
    if (isTextFunction(name)) return call(functions[name], name === 'endswith', variable);
    return name?.endsWith('/any') ? any() : comparison(variable);
  };

  const call = (
    test: (value: string, part: string) => boolean,
    isAdvanced: boolean,
    variable?: string,
  ): Predicate => {
    at++;
    expectMark('(');
    const path = property(variable);
    expectMark(',');
    const part = String(literal()).toLowerCase();
    expectMark(')');
    advanced ||= isAdvanced;
    return (read) => {
      const value = read(path);
      return typeof value === 'string' && test(value.toLowerCase(), part);
    };
  };

  const any = (): Predicate => {
    const list = property(undefined).slice(0, -'/any'.length);
    expectMark('(');
    const variable = word();
    expectMark(':');
    const inner = either(variable);
    expectMark(')');
    return (read) => {
      const values = read(list);
      if (!Array.isArray(values)) return false;
      return values.some((value: Json) =>
        inner((path) => (path === variable ? value : memberOf(value, path, variable))),
      );
    };
  };

  const comparison = (variable?: string): Predicate => {
    const path = property(variable);
    const operator = word().toLowerCase();
    if (operator === 'in') {
      expectMark('(');
      const values = [literal()];
      while (isMark(',')) {
        at++;
        values.push(literal());
      }
      expectMark(')');
      return (read) => values.some((value) => compare('eq', read(path), value));
    }
    if (!isComparison(operator)) return fail();
    const value = literal();
    advanced ||= operator === 'ne';
    return (read) => compare(operator, read(path), value);
  };

  const matches = either();
  if (at < tokens.length) fail();
  return { matches, advanced, properties: [...properties] };
};

/** Reads `x/name` of a lambda variable's value. */
const memberOf = (value: Json, path: string, variable: string): Json => {
  const name = path.slice(variable.length + 1);
  return path.startsWith(`${variable}/`) && isJsonObject(value) ? (value[name] ?? null) : null;
};
