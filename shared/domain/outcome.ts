import { z } from 'zod';
import { Cause } from './change.ts';
import { HoldNotice } from './hold.ts';
import { MembershipPart } from './hold-scope.ts';
import { Dn, EntraId, Moment, ObjectGuid, ObjectRef, Sid } from './ids.ts';
import { Plan, WireValue } from './operation.ts';
import { PlanCounts } from './plan-counts.ts';
import { MemberReasonCode, ReasonCode } from './reason.ts';
import { Violation } from './violation.ts';

/** A member that was not written, and why. */
export const LeftOut = z.strictObject({
  id: EntraId.optional(),
  /** What the relay was given: a SID, a marker, a device id. */
  reference: z.string(),
  reason: MemberReasonCode,
});
export type LeftOut = z.output<typeof LeftOut>;

/**
 * A member that was added or removed, with every identity that is known of it: the cloud may know it
 * by its id, AD by its SID or its DN alone.
 */
export const ChangedMember = z.strictObject({
  change: z.enum(['added', 'removed']),
  id: EntraId.optional(),
  sid: Sid.optional(),
  dn: Dn.optional(),
});
export type ChangedMember = z.output<typeof ChangedMember>;

/** The AD object as it was found. */
export const ObservedSummary = z.strictObject({
  dn: Dn,
  guid: ObjectGuid,
  sid: Sid.optional(),
  attributes: z.record(z.string(), z.array(WireValue).readonly()),
  memberCount: z.int().min(0).optional(),
});
export type ObservedSummary = z.output<typeof ObservedSummary>;

/** What the domain of a relay is like, as far as policies depend on it. */
export const ForestFacts = z.strictObject({
  dnsDomain: z.string(),
  /** objectVersion of the schema: 47 is Windows Server 2008 R2, 69 is 2012 R2, 87 is 2016, 88 is 2019. */
  schemaVersion: z.int(),
  /** The schema was extended for Exchange. */
  exchangePrepared: z.boolean(),
  recycleBin: z.boolean(),
});
export type ForestFacts = z.output<typeof ForestFacts>;

/**
 * What the relay did with an intent, or why not.
 *
 * applied    the plan was written; unchanged: AD was as desired already
 * inspected  the answer to an inspect intent
 * staged     the plan is known and was not applied (stage mode, upsert-only, paused)
 * refused    the guard refuses it whatever happens; a violation says why
 * held       a budget is exceeded; the plan waits for a person
 * failed     AD refused it or was away too long; the cloud evaluates the object again later
 */
export const Outcome = z.strictObject({
  intentId: z.string(),
  object: ObjectRef,
  displayName: z.string(),
  result: z.enum(['applied', 'unchanged', 'inspected', 'staged', 'refused', 'held', 'failed']),
  /**
   * What was asked. `undo` and `claim` come from a person on the machine of the relay; `hold` answers a
   * decision about a held plan that this relay does not know.
   */
  intent: z.enum(['write', 'remove', 'inspect', 'undo', 'claim', 'hold']),
  cause: Cause,
  reason: ReasonCode,
  rule: z.string().nullable(),
  policyVersion: z.string(),
  plan: Plan,
  /** Lists of members or long values in the plan were cut so that it fits into a message. */
  planTruncated: z.literal(true).optional(),
  /** What of the plan was kept back: all of it in stage mode or when it is held, removals in upsert-only. */
  keptBack: PlanCounts.optional(),
  /** The held plan that this opened, renewed or ended. */
  hold: HoldNotice.optional(),
  observed: ObservedSummary.nullable(),
  /** What the intent said of the members: a complete membership that changed AD is confirmed later. */
  membership: z.enum(['unchanged', 'delta', 'complete']),
  /** Which part of a complete membership this was about. */
  part: MembershipPart.optional(),
  membersAdded: z.int().min(0),
  membersRemoved: z.int().min(0),
  /** Who was added and removed; of very many the first, so that the outcome fits into one message. */
  changedMembers: z.array(ChangedMember).readonly().optional(),
  leftOut: z.array(LeftOut).readonly(),
  violations: z.array(Violation).readonly(),
  /** In the answer to an inspect intent. */
  forest: ForestFacts.optional(),
  /** For `failed` and `refused`. `completeMembership`: the relay needs a full read of the members to go on. */
  failure: z
    .strictObject({
      code: z.string(),
      message: z.string(),
      needs: z.enum(['completeMembership', 'retry', 'person']),
    })
    .optional(),
  relay: z.strictObject({ name: z.string(), version: z.string(), instance: z.string() }),
  times: z.strictObject({
    receivedAt: Moment,
    decidedAt: Moment,
    startedAt: Moment,
    finishedAt: Moment,
  }),
});
export type Outcome = z.output<typeof Outcome>;
