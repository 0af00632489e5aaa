import type { CompareRequest, Moment, ObjectKind } from '../../domain/index.ts';
import type { Compared } from './look-at.ts';

/** Bytes of objects in one request: a message holds 256 KB. */
const mostBytes = 180_000;
/** Objects in one request: AD finds them with one search whose filter names each. */
const mostObjects = 150;

/** The requests that have these objects compared, each small enough for a message and for one search. */
export function compareRequests(
  sweep: { readonly id: string; readonly kind: ObjectKind; readonly askedAt: Moment },
  objects: readonly Compared[],
): readonly CompareRequest[] {
  const parts: Compared[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const one of objects) {
    const size = Buffer.byteLength(JSON.stringify(one), 'utf8');
    const current = parts.at(-1);
    if (current && current.length < mostObjects && bytes + size <= mostBytes) {
      current.push(one);
      bytes += size;
    } else {
      parts.push([one]);
      bytes = size;
    }
  }
  const { id: sweepId, kind, askedAt } = sweep;
  return parts.map((part) => ({ type: 'compare', ask: 'objects', sweepId, kind, askedAt, objects: part }));
}
