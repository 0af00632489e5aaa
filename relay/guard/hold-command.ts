import { z } from 'zod';
import { Intent, Moment, ObjectRef } from '../../shared/domain/index.ts';

/**
 * What a person decided about a held plan, sent on `intents` in the session of its object, so that
 * it is handled in order with everything else about the object. `intent` is the intent as it was
 * sent before: with it any relay can act, without it only the one that holds the plan.
 */
export const HoldCommand = z.strictObject({
  type: z.literal('hold'),
  object: ObjectRef,
  holdId: z.string().min(1).max(128),
  planHash: z.string().regex(/^[0-9a-f]{64}$/, { error: 'is not a plan hash (64 hexadecimal digits)' }),
  verdict: z.enum(['approve', 'reject']),
  person: z.string().min(1).max(256),
  reason: z.string().min(1).max(2000),
  at: Moment,
  intent: Intent.optional(),
});
export type HoldCommand = z.output<typeof HoldCommand>;
