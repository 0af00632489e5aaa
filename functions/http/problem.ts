import type { HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import { complaintsOf } from '../../shared/policy/file/issues.ts';
import { pathText } from '../../shared/policy/file/policy-error.ts';

/** One field of a request that is wrong: where, what is there, and what to do. */
export type FieldError = {
  readonly field: string;
  readonly message: string;
  /** What was sent, as JSON, shortened. Absent where nothing was. */
  readonly value?: string;
  readonly remedy?: string;
  /** In a policy text, counted from 1. */
  readonly line?: number;
  readonly column?: number;
};

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

/** How many wrong fields an answer names. */
const named = 100;

/**
 * Everything that is wrong with a request, each with its field, value and remedy; values are there
 * where the request was read with `reportInput`. `known` gives the names that a place of it may have,
 * `sent` what came, where the schema turns it into something else before it complains.
 */
export function requestProblem(
  { issues }: { readonly issues: readonly z.core.$ZodIssue[] },
  known: (path: readonly PropertyKey[]) => readonly string[] = () => [],
  sent?: unknown,
): HttpResponseInit {
  const complaints = complaintsOf(issues, known);
  const inputs = new Map(
    issues.map(({ path, input }) => [
      pathText(path),
      shown(sent === undefined ? input : valueAt(sent, path)),
    ]),
  );
  const count = complaints.length;
  return problem({
    status: 400,
    code: 'REQUEST_INVALID',
    title: 'The request is not valid',
    detail: `${count === 1 ? 'One field is' : `${count} fields are`} wrong; each is named below.`,
    errors: complaints.slice(0, named).map(({ path, message, remedy }) => {
      const field = pathText(path);
      const value = inputs.get(field);
      return {
        field: field || 'body',
        message,
        ...(value !== undefined && field !== '' && { value }),
        ...(remedy !== '' && remedy !== 'Known are: .' && { remedy }),
      };
    }),
  });
}

function valueAt(sent: unknown, path: readonly PropertyKey[]): unknown {
  let value = sent;
  for (const key of path) value = value instanceof Object ? Reflect.get(value, key) : undefined;
  return value;
}

/** A value as it is shown in an answer: short, and never more than one line. */
function shown(value: unknown): string | undefined {
  const text = JSON.stringify(value);
  return text === undefined || text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}
