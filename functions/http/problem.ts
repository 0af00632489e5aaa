import type { HttpResponseInit } from '@azure/functions';

/** One field of a request that is wrong. */
export type FieldError = { readonly field: string; readonly message: string };

/** What a caller did wrong or what failed here, in the words of RFC 9457. `code` is stable. */
export type Problem = {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly FieldError[];
};

/** The answer for a problem: `application/problem+json`. */
export const problem = (p: Problem, headers: Readonly<Record<string, string>> = {}): HttpResponseInit => ({
  status: p.status,
  headers: { 'content-type': 'application/problem+json', ...headers },
  body: JSON.stringify({
    type: `https://entra-writeback.dev/problems/${p.code.toLowerCase().replaceAll('_', '-')}`,
    title: p.title,
    status: p.status,
    code: p.code,
    detail: p.detail,
    ...(p.errors && { errors: p.errors }),
  }),
});
