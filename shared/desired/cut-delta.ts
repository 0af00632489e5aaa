import type { Membership, Reference } from '../domain/index.ts';
import { partBytes } from './cut-membership.ts';

export type DeltaPart = Extract<Membership, { kind: 'delta' }>;

/**
 * Members that come and go, in parts that each fit into a message. Removals go first: who lost
 * access does not wait for those who gained it. No part where there is nobody.
 */
export function cutDelta(
  add: readonly Reference[],
  remove: readonly Reference[],
  maxBytes: number = partBytes,
): readonly DeltaPart[] {
  const parts: { readonly add: Reference[]; readonly remove: Reference[] }[] = [];
  let used = Number.POSITIVE_INFINITY;
  const put = (what: 'add' | 'remove', reference: Reference): void => {
    const size = Buffer.byteLength(JSON.stringify(reference), 'utf8') + 1;
    if (used + size > maxBytes) {
      parts.push({ add: [], remove: [] });
      used = 0;
    }
    used += size;
    parts.at(-1)?.[what].push(reference);
  };
  for (const one of remove) put('remove', one);
  for (const one of add) put('add', one);
  return parts.map((part) => ({ kind: 'delta', ...part }));
}
