import type { Part } from '../request/batch.ts';

/** The largest page that Graph gives of directory objects. */
export const pageSize = 999;

/** A path with `$select`, and `$top` for a list. */
export function query(path: string, select: readonly string[], top?: number): string {
  const chosen = `$select=${[...new Set(select)].join(',')}`;
  return `${path}?${chosen}${top === undefined ? '' : `&$top=${top}`}`;
}

/** A call of its own for what could be a part of a batch too. */
export const onV1 = ({ path, ...rest }: Part): Part => ({ path: `/v1.0${path}`, ...rest });
