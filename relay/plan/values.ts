import type { WireValue } from '../../shared/domain/index.ts';
import { keyOfDn } from './dn.ts';
import type { ObservedObject } from './observed.ts';

/** How the values of an attribute are compared: octet by octet, as names of objects, or without case. */
export type Comparison = 'exact' | 'dn' | 'ignoreCase';

/** The values of an attribute, whatever the case of its name. Absent is no values. */
export function valuesOf(object: ObservedObject | undefined, name: string): readonly WireValue[] {
  if (!object) return [];
  const wanted = name.toLowerCase();
  const found = Object.keys(object.attributes).find((key) => key.toLowerCase() === wanted);
  return (found !== undefined && object.attributes[found]) || [];
}

/** The first value as text, or undefined. */
export function textOf(object: ObservedObject | undefined, name: string): string | undefined {
  const [first] = valuesOf(object, name);
  return typeof first === 'object' ? Buffer.from(first.base64, 'base64').toString('utf8') : first;
}

/**
 * Are two lists of values the same to AD? The order of a multi-valued attribute means nothing. Text
 * compares exactly although AD matches it without case: somebody who changes `sales` to `Sales`
 * wants to see it.
 */
export function sameValues(
  a: readonly WireValue[],
  b: readonly WireValue[],
  comparison: Comparison = 'exact',
): boolean {
  if (a.length !== b.length) return false;
  const keys = new Set(a.map((value) => keyOfValue(value, comparison)));
  return b.every((value) => keys.has(keyOfValue(value, comparison)));
}

/** Drops values that AD would refuse as duplicates: the same text in another case (RFC 4517 §4.2.11). */
export function withoutDuplicates(values: readonly WireValue[]): readonly WireValue[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = typeof value === 'string' ? `text ${value.toLowerCase()}` : `octets ${value.base64}`;
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

/** Octets decide: the same value may arrive as text from one side and as base64 from the other. */
function keyOfValue(value: WireValue, comparison: Comparison): string {
  const octets = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.base64, 'base64');
  if (comparison === 'exact') return octets.toString('base64');
  const text = octets.toString('utf8');
  return comparison === 'dn' ? (keyOfDn(text) ?? text.toLowerCase()) : text.toLowerCase();
}
