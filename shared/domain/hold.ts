import { z } from 'zod';
import { Moment, ObjectRef } from './ids.ts';
import { Intent } from './intent.ts';

export const HoldId = z.string().min(1).max(128);

/** SHA-256 of a plan together with the AD object it was made for: an approval is good for exactly this. */
export const PlanHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, { error: 'is not a plan hash (64 hexadecimal digits)' });

/**
 * How it stands with a held plan.
 *
 * open        it waits for a person
 * applied     a person approved it and it was written
 * rejected    a person said no; the same plan is refused for as long as it would have been held
 * expired     nobody decided in time; the object is evaluated again
 * superseded  AD or the cloud is not as the plan saw it any more, or a newer plan took its place
 */
export const HoldState = z.enum(['open', 'applied', 'rejected', 'expired', 'superseded']);
export type HoldState = z.output<typeof HoldState>;

/** What a person says about a held plan, and why. */
export const HoldDecision = z.strictObject({
  verdict: z.enum(['approve', 'reject']),
  person: z.string().min(1).max(256),
  reason: z.string().min(1).max(2000),
  at: Moment,
});
export type HoldDecision = z.output<typeof HoldDecision>;

/**
 * What a person decided about a held plan, sent on `intents` in the session of its object, so that
 * it is handled in order with everything else about the object. `intent` is the intent as it was
 * sent before: with it any relay can act, without it only the one that holds the plan.
 */
export const HoldCommand = z.strictObject({
  type: z.literal('hold'),
  object: ObjectRef,
  holdId: HoldId,
  planHash: PlanHash,
  ...HoldDecision.shape,
  intent: Intent.optional(),
});
export type HoldCommand = z.output<typeof HoldCommand>;

/** What an outcome says of the held plan that it opened, renewed or ended. */
export const HoldNotice = z.strictObject({
  holdId: HoldId,
  planHash: PlanHash,
  state: HoldState,
  /** Each limit that the plan would exceed, in words. */
  why: z.array(z.string()).readonly(),
  heldAt: Moment,
  expiresAt: Moment,
  /** The intent that was held; absent where it does not fit into the message. */
  intent: Intent.optional(),
});
export type HoldNotice = z.output<typeof HoldNotice>;
