import type { GraphRequest } from '../http/exchange.ts';
import { invalidRequest, unsupportedQuery } from '../http/graph-error.ts';
import { type Filter, parseFilter } from './filter.ts';

export type ListQuery = {
  readonly top: number;
  readonly select: string | null;
  readonly expand: string | null;
  readonly filter: Filter | undefined;
  readonly search: readonly SearchTerm[];
  readonly orderBy: { readonly property: string; readonly descending: boolean } | undefined;
  readonly count: boolean;
  readonly skip: string | undefined;
};

export type SearchTerm = { readonly property: string; readonly text: string };

export const defaultPageSize = 100;
export const largestPageSize = 999;

const pageSize = (text: string | null): number => {
  if (text === null) return defaultPageSize;
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= largestPageSize) return size;
  throw unsupportedQuery(
    `Invalid page size specified: '${text}'. Must be between 1 and ${largestPageSize} inclusive.`,
  );
};

const orderBy = (text: string | null): ListQuery['orderBy'] => {
  if (!text) return undefined;
  const [property = '', direction = 'asc'] = text.trim().split(/\s+/);
  return { property, descending: direction.toLowerCase() === 'desc' };
};

const searchTerms = (text: string | null): readonly SearchTerm[] => {
  if (!text) return [];
  const terms = [...text.matchAll(/"(\w+):([^"]*)"/g)].map(([, property = '', value = '']) => ({
    property,
    text: value.toLowerCase(),
  }));
  if (terms.length > 0) return terms;
  throw invalidRequest(
    `Syntax error in $search '${text}': the form is "property:text", in double quotes.`,
    'BadRequest',
  );
};

/**
 * Reads the query of a list. Advanced queries (`$search`, `ne`, `not`, `endswith`, `$filter` with `$orderby`) need
 * `ConsistencyLevel: eventual`, and those that filter also `$count=true`, as in Graph.
 * @throws GraphError 400 for what cannot be read or lacks the header.
 */
export const listQuery = ({ query, header }: GraphRequest): ListQuery => {
  const filterText = query.get('$filter');
  const filter = filterText ? parseFilter(filterText) : undefined;
  const search = searchTerms(query.get('$search'));
  const order = orderBy(query.get('$orderby'));
  const count = query.get('$count')?.toLowerCase() === 'true';
  const eventual = header('consistencylevel')?.toLowerCase() === 'eventual';

  if (search.length > 0 && !eventual) {
    throw unsupportedQuery(
      `Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'`,
    );
  }
  if ((filter?.advanced || (filter && order)) && !(eventual && count)) {
    throw unsupportedQuery(
      `Unsupported or invalid query filter clause specified: it needs the header 'ConsistencyLevel: eventual' and $count=true.`,
    );
  }
  return {
    top: pageSize(query.get('$top')),
    select: query.get('$select'),
    expand: query.get('$expand'),
    filter,
    search,
    orderBy: order,
    count: count && eventual,
    skip: query.get('$skiptoken') ?? undefined,
  };
};
