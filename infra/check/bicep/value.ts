import type { Node } from 'web-tree-sitter';

/** What a Bicep expression says without being evaluated: literals as they are, the rest as text. */
export type Value = { readonly line: number } & (
  | { readonly kind: 'object'; readonly properties: readonly Property[] }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'number' | 'bool'; readonly text: string }
  | { readonly kind: 'null' }
  /** One of these, by a condition. */
  | { readonly kind: 'choice'; readonly options: readonly Value[] }
  /** An array of values like this one. */
  | { readonly kind: 'loop'; readonly each: Value }
  | { readonly kind: 'expression'; readonly text: string }
);

export type Property = {
  /** Undefined where the name is an expression. */
  readonly name: string | undefined;
  readonly line: number;
  readonly value: Value;
};

export const lineOf = (node: Node): number => node.startPosition.row + 1;

/** The children that carry meaning. */
export const partsOf = (node: Node): readonly Node[] =>
  node.namedChildren.flatMap((child) => (child && child.type !== 'comment' ? [child] : []));

export function readValue(node: Node): Value {
  const line = lineOf(node);
  switch (node.type) {
    case 'object':
      return { kind: 'object', line, properties: partsOf(node).flatMap(readProperty) };
    case 'array':
      return { kind: 'array', line, items: partsOf(node).map(readValue) };
    case 'string':
      return partsOf(node).some(({ type }) => type === 'interpolation')
        ? { kind: 'expression', line, text: node.text }
        : { kind: 'string', line, text: textOfString(node) };
    case 'number':
      return { kind: 'number', line, text: node.text };
    case 'boolean':
      return { kind: 'bool', line, text: node.text };
    case 'null':
      return { kind: 'null', line };
    case 'ternary_expression':
      return { kind: 'choice', line, options: branchesOf(node).map(readValue) };
    case 'for_statement': {
      const body = node.childForFieldName('body');
      return body
        ? { kind: 'loop', line, each: readValue(body) }
        : { kind: 'expression', line, text: node.text };
    }
    default:
      return { kind: 'expression', line, text: node.text };
  }
}

export const textOfString = (node: Node): string =>
  partsOf(node)
    .map(({ text }) => text)
    .join('');

/** A property of an object by name, where it is written out. */
export const propertyOf = (value: Value | undefined, name: string): Value | undefined =>
  value?.kind === 'object' ? value.properties.find((property) => property.name === name)?.value : undefined;

const branchesOf = (node: Node): readonly Node[] =>
  ['consequence', 'alternative'].flatMap((field) => node.childForFieldName(field) ?? []);

function readProperty(node: Node): readonly Property[] {
  const [key, value] = partsOf(node);
  if (node.type !== 'object_property' || !key || !value) return [];
  const written = key.type === 'string' ? readValue(key) : undefined;
  const name = written === undefined ? key.text : written.kind === 'string' ? written.text : undefined;
  return [{ name, line: lineOf(node), value: readValue(value) }];
}
