import { z } from 'zod';

const isRegularExpression = (text: string): boolean => {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
};

export const faultEffectSchema = z.discriminatedUnion('kind', [
  /** Any error status in Graph's envelope, with optional headers. */
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(400).max(599),
    code: z.string().optional(),
    message: z.string().optional(),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  /** 429 in the three forms that Graph uses. */
  z.strictObject({
    kind: z.literal('throttle'),
    retryAfter: z.enum(['whole', 'fractional', 'absent']).default('whole'),
    seconds: z.number().positive().default(1),
  }),
  /** The connection breaks before the answer, or in the middle of its body. */
  z.strictObject({ kind: z.literal('cut'), at: z.enum(['start', 'body']).default('start') }),
  z.strictObject({ kind: z.literal('slow'), ms: z.number().min(0) }),
  z.strictObject({ kind: z.literal('tokenExpired') }),
  /** A list comes back empty with status 200, as from an index or a replica that has nothing yet. */
  z.strictObject({ kind: z.literal('emptyList') }),
]);

/** Something that goes wrong with the requests that match, a number of times or with a probability. */
export const faultSchema = z.strictObject({
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']).optional(),
  /** A regular expression on path and query, such as `/v1.0/groups/delta`. Absent: every request. */
  path: z.string().refine(isRegularExpression, 'not a regular expression').optional(),
  /** How many more times; absent: without end. */
  next: z.int().min(0).optional(),
  probability: z.number().min(0).max(1).default(1),
  effect: faultEffectSchema,
});

export type FaultEffect = z.infer<typeof faultEffectSchema>;
export type Fault = z.infer<typeof faultSchema>;
