/**
 * Ids in ascending order, in a plain array: 8 bytes an entry, so that half a million memberships stay small,
 * and a page that starts "after this id" stays right while entries come and go between two pages.
 */
export type SortedIds = string[];

/** The index of the first id that is not below `id`. */
const position = (ids: readonly string[], id: string): number => {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const candidate = ids[middle];
    if (candidate !== undefined && candidate < id) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const includesId = (ids: readonly string[], id: string): boolean => ids[position(ids, id)] === id;

/** Adds `id` in its place; false when it was already there. */
export const insertId = (ids: SortedIds, id: string): boolean => {
  const at = position(ids, id);
  if (ids[at] === id) return false;
  ids.splice(at, 0, id);
  return true;
};

/** Takes `id` out; false when it was not there. */
export const removeId = (ids: SortedIds, id: string): boolean => {
  const at = position(ids, id);
  if (ids[at] !== id) return false;
  ids.splice(at, 1);
  return true;
};

/** The index where the ids above `after` begin; 0 when there is no `after`. */
export const indexAfter = (ids: readonly string[], after: string | undefined): number => {
  if (after === undefined) return 0;
  const at = position(ids, after);
  return ids[at] === after ? at + 1 : at;
};

export const sortedUnique = (ids: Iterable<string>): SortedIds => [...new Set(ids)].sort();
