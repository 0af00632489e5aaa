import type { HttpRequest } from '@azure/functions';

/** The query of a request, but for the key `code`, which callers may put there instead of into a header. */
export function queryOf(request: Pick<HttpRequest, 'query' | 'headers'>): Readonly<Record<string, string>> {
  const entries = [...request.query];
  // Beside a key in the header, `code` is a search for a code.
  const hasKey = request.headers.get('x-functions-key') !== null;
  return Object.fromEntries(hasKey ? entries : entries.filter(([name]) => name !== 'code'));
}
