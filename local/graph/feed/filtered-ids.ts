import { unsupportedQuery } from '../http/graph-error.ts';
import { sortedUnique } from '../tenant/sorted-ids.ts';

/** The most ids that a delta query filters by. */
export const filterLimit = 50;

/**
 * The ids of `$filter=id eq '…' or id eq '…'`, the only filter that directory feeds take; null without a filter.
 * @throws GraphError 400 for other filters and for more than {@link filterLimit} ids.
 */
export const filteredIds = (filter: string | null): string[] | null => {
  if (filter === null) return null;
  const clauses = filter.split(/\s+or\s+/i).map((clause) =>
    clause
      .trim()
      .match(/^id\s+eq\s+'([0-9a-f-]{36})'$/i)?.[1]
      ?.toLowerCase(),
  );
  const ids = clauses.filter((id) => id !== undefined);
  if (ids.length < clauses.length)
    throw unsupportedQuery("Delta queries take only filters of the form: id eq '…' or id eq '…'.");
  if (ids.length > filterLimit)
    throw unsupportedQuery(`Delta queries filter by at most ${filterLimit} ids; ${ids.length} were given.`);
  return sortedUnique(ids);
};
