import { z } from 'zod';
import type { GraphFailure } from '../failure.ts';
import { retryAfterMs } from './retry-after.ts';

const ErrorBody = z.looseObject({
  error: z.looseObject({
    code: z.string(),
    message: z.string().nullish(),
    innerError: z.looseObject({ 'request-id': z.string().nullish() }).nullish(),
  }),
});

/** What was asked, for the sentence that says why it failed. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  /** The application permission that the call needs at least. */
  readonly permission: string;
  /** What to do about a 404, unless the object may be one that is still to be replicated. */
  readonly notFound?: string;
};

const comesBack: ReadonlySet<number> = new Set([401, 403, 404, 408, 429]);

/** The failure that an answer of Graph means: its code, its words, and what a person does about it. */
export function failureOf(
  status: number,
  headers: Headers,
  body: unknown,
  asked: Asked,
  now: Date,
): GraphFailure {
  const error = ErrorBody.safeParse(body).data?.error;
  const code = error?.code || `HTTP_${status}`;
  const requestId = error?.innerError?.['request-id'] ?? headers.get('request-id') ?? undefined;
  const wait = retryAfterMs(headers.get('retry-after'), now);
  const location = headers.get('location');
  const said = error?.message || 'no reason given';
  const mark = requestId ? `, request-id ${requestId}` : '';
  return {
    code,
    message:
      `Graph answered ${status} to ${asked.method} ${asked.path}: ${said} (${code}${mark}). ${remedyOf(status, asked)}`.trim(),
    retry: status >= 500 || comesBack.has(status) ? 'later' : 'never',
    status,
    ...(status === 403 && { needsPerson: true }),
    ...(wait !== undefined && { retryAfterMs: wait }),
    ...(requestId && { requestId }),
    ...(location && { location }),
  };
}

function remedyOf(status: number, { permission, notFound }: Asked): string {
  switch (status) {
    case 401:
      return 'Graph does not take the token: check that GRAPH_BASE_URL and the tenant of the identity belong together.';
    case 403:
      return `Grant the identity of this app the application permission ${permission}; entra-writeback setup grants it and says what for.`;
    case 429:
      return 'Graph limits this app; it is tried again when Graph allows.';
    case 404:
      return notFound ?? 'It may not have been replicated yet.';
    default:
      return status >= 500 ? 'Graph is in trouble itself; it is tried again.' : '';
  }
}

/** Whether Graph says that the object does not exist. A 404 of a proxy or of a wrong address does not count. */
export const isNotFound = (failure: GraphFailure): boolean =>
  failure.status === 404 && /^(Request_)?ResourceNotFound$/i.test(failure.code);
