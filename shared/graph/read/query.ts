/** The largest page that Graph gives of directory objects. */
export const pageSize = 999;

/** A path with `$select`, and `$top` for a list. */
export function query(path: string, select: readonly string[], top?: number): string {
  const chosen = `$select=${[...new Set(select)].join(',')}`;
  return `${path}?${chosen}${top === undefined ? '' : `&$top=${top}`}`;
}
