import type { z } from 'zod';
import { type Answer, complete, failed } from '../failure.ts';
import { explain } from './explain.ts';

/** Checks an answer of Graph. What we cannot make sense of is a failure that names the field, never a default. */
export function understand<T>(schema: z.ZodType<T>, body: unknown, path: string): Answer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return complete(parsed.data);
  return failed({
    code: 'NOT_UNDERSTOOD',
    message: `The answer of Graph to ${path} is not what its reference says: ${explain(parsed.error)}.`,
    retry: 'later',
    needsPerson: true,
  });
}
