import type { HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';

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

/** Everything that is wrong with a request, each with its field. */
export const requestProblem = (error: z.ZodError): HttpResponseInit =>
  problem({
    status: 400,
    code: 'REQUEST_INVALID',
    title: 'The request is not valid',
    detail: `${error.issues.length === 1 ? 'One field is' : `${error.issues.length} fields are`} wrong; each is named below.`,
    errors: error.issues.map((issue) => ({
      field: issue.path.map(String).join('.') || 'body',
      message: issue.message,
    })),
  });
