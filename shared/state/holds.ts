import { z } from 'zod';
import {
  HoldDecision,
  HoldNotice,
  MembershipPart,
  Moment,
  type ObjectRef,
  Outcome,
  PlanCounts,
  sessionOf,
} from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** A held plan as the cloud knows it, from the outcome that told of it. */
export const HeldPlan = HoldNotice.extend({
  object: Outcome.shape.object,
  displayName: z.string(),
  intentType: Outcome.shape.intent,
  membership: Outcome.shape.membership,
  part: MembershipPart.optional(),
  cause: Outcome.shape.cause,
  reason: Outcome.shape.reason,
  rule: z.string().nullable(),
  policyVersion: z.string(),
  plan: Outcome.shape.plan,
  planTruncated: z.boolean(),
  counts: PlanCounts,
  /** The relay that keeps it. */
  relay: z.string(),
  /** What a person decided; the relay has not answered yet while the state is open. */
  decision: HoldDecision.optional(),
  closedAt: Moment.optional(),
});
export type HeldPlan = z.output<typeof HeldPlan>;

/** Held plans, open and closed. */
export type Holds = {
  find(holdId: string): Promise<HeldPlan | undefined>;
  /** Stores a new one, or changes the one that is there. `change` may run several times. */
  update(
    holdId: string,
    change: (now: HeldPlan | undefined) => HeldPlan | undefined,
  ): Promise<HeldPlan | undefined>;
  openOf(object: ObjectRef): AsyncIterable<HeldPlan>;
  list(): AsyncIterable<HeldPlan>;
  forget(holdId: string): Promise<void>;
};

/**
 * Besides the plans themselves there is an index of the open ones by object: every outcome asks it
 * whether the object has any. It is written after the plan and follows it.
 */
export function createHolds(store: StateStore): Holds {
  const plans = createRecords({
    store,
    partition: 'holds',
    what: 'The held plan',
    version: 1,
    schema: HeldPlan,
  });
  const open = createRecords({
    store,
    partition: 'openHolds',
    what: 'The open hold',
    version: 1,
    schema: z.strictObject({}),
  });
  const keyOf = (object: ObjectRef, holdId: string): string => `${sessionOf(object)}:${holdId}`;
  const find: Holds['find'] = async (holdId) => (await plans.read(holdId))?.value;
  return {
    find,
    async update(holdId, change) {
      const hold = await plans.update(holdId, change);
      if (hold?.state === 'open') await open.save(keyOf(hold.object, holdId), {}, 'any');
      else if (hold) await open.remove(keyOf(hold.object, holdId));
      return hold;
    },
    async *openOf(object) {
      const prefix = `${sessionOf(object)}:`;
      for await (const { key } of open.list({ from: prefix, before: `${sessionOf(object)};` })) {
        const hold = await find(key.slice(prefix.length));
        if (hold?.state === 'open') yield hold;
      }
    },
    async *list() {
      for await (const { value } of plans.list()) yield value;
    },
    forget: (holdId) => plans.remove(holdId),
  };
}
