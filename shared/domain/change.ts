import { z } from 'zod';
import { EntraId, Moment, ObjectKind } from './ids.ts';

/** What made us look at an object. */
export const Cause = z.enum([
  'notification',
  'feed',
  'sweep',
  /** Everything is looked at because a feed starts, or starts over. */
  'synchronisation',
  /** A sweep met a change of the cloud that nothing had told before: no drift. */
  'missed',
  'confirmation',
  'dependant',
  'retry',
  'policy',
  'request',
  'grace',
]);
export type Cause = z.output<typeof Cause>;

/** Members that the feed saw come and go. An id stands in one of the two lists, never in both. */
export const MembershipDelta = z.strictObject({
  added: z.array(EntraId).readonly(),
  removed: z.array(EntraId).readonly(),
});
export type MembershipDelta = z.output<typeof MembershipDelta>;

/**
 * A change: "look at this object". It carries no truth but the membership delta and the tombstone;
 * evaluation reads the rest. `tombstone` is the positive evidence of an end: a `deleted`
 * notification or `@removed` in the feed (`softDeleted` for reason "changed").
 */
export const Change = z.strictObject({
  kind: ObjectKind,
  id: EntraId,
  cause: Cause,
  tombstone: z.enum(['softDeleted', 'deleted']).optional(),
  membership: z
    .discriminatedUnion('read', [
      z.strictObject({ read: z.literal('none') }),
      z.strictObject({ read: z.literal('delta'), delta: MembershipDelta }),
      z.strictObject({ read: z.literal('complete') }),
    ])
    .default({ read: 'none' }),
  /** For a dependant: the object that it waited for and that AD has since `receivedAt`. */
  appeared: EntraId.optional(),
  /** When the first sign of this change reached us. */
  receivedAt: Moment,
  /** How often this change has been tried before. */
  attempt: z.int().min(0).default(0),
  /** For a further look that the state of the object awaits: when it is due. */
  dueAt: Moment.optional(),
});
export type Change = z.output<typeof Change>;
