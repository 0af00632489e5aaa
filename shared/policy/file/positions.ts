import { type Document, isMap, isNode, isPair, isScalar, type LineCounter, type Node } from 'yaml';

export type Position = { readonly line: number; readonly column: number };

/**
 * Where a path stands in a YAML document: its value, or its key with `atKey`. A place that does not
 * exist (something is missing) gives the nearest place around it.
 */
export function positionOf(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly PropertyKey[],
  atKey: boolean,
): Position {
  for (let length = path.length; length >= 0; length -= 1) {
    const steps = path.slice(0, length);
    const key = keyNode(document, steps);
    const value = nodeAt(document, steps);
    const offset =
      (atKey && length === path.length ? key : undefined)?.range?.[0] ?? value?.range?.[0] ?? key?.range?.[0];
    if (offset !== undefined) return at(lines, offset);
  }
  return { line: 1, column: 1 };
}

export function at(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

function nodeAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node : undefined;
}

function keyNode(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  const key = path.at(-1);
  const parent = path.length > 0 ? nodeAt(document, path.slice(0, -1)) : undefined;
  if (!isMap(parent)) return undefined;
  const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === key);
  return isScalar(pair?.key) ? pair.key : undefined;
}
