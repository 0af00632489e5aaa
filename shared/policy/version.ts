import { createHash } from 'node:crypto';

/**
 * The version of a policy: a hash of its content. Hashing is a pure function, so node:crypto is no
 * dependency on the outside.
 */
export const contentVersion = (content: unknown): string =>
  createHash('sha256').update(canonicalJson(content), 'utf8').digest('hex').slice(0, 12);

/** JSON with the keys of every object sorted and without undefined: equal content gives equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonicalJson(one ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`);
  return `{${entries.join(',')}}`;
}
