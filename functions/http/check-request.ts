import type { HttpResponseInit } from '@azure/functions';
import type { z } from 'zod';
import { requestProblem } from './problem.ts';

/** What a caller sent, read by its schema, or the answer that says what is wrong with it. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly response: HttpResponseInit };

/** Reads a query, a body or the parameters of a path. Each wrong field is named with its value and what may be there. */
export function checkRequest<S extends z.ZodObject>(schema: S, sent: unknown): Checked<z.output<S>> {
  const read = schema.safeParse(sent, { reportInput: true });
  if (read.success) return { ok: true, value: read.data };
  const names = Object.keys(schema.shape);
  const known = (path: readonly PropertyKey[]) => (path.length === 0 ? names : []);
  return { ok: false, response: requestProblem(read.error, known, sent) };
}
