import { z } from 'zod';
import {
  countPlan,
  type HeldPage,
  HoldDecision,
  type HoldNotice,
  HoldState,
  Intent,
  Moment,
  ObjectRef,
  Plan,
  PlanHash,
  sessionOf,
  Violation,
} from '../../shared/domain/index.ts';
import { identify } from '../plan/identify.ts';
import type { ObservedObject } from '../plan/observed.ts';
import type { PlanInput, Planned } from '../plan/planned.ts';
import { contentHash } from './canonical.ts';
import { Excess } from './windows.ts';

/** Who decided about a held plan, where, and why. */
export const Verdict = HoldDecision.extend({
  /** From the cloud, or on the relay itself. */
  from: z.enum(['cloud', 'relay']),
});
export type Verdict = z.output<typeof Verdict>;

/** A plan that is kept back until a person decides. */
export const Hold = z.strictObject({
  version: z.literal(1),
  holdId: z.string().regex(/^hold-[0-9a-f]{20}$/),
  /** Hash of the plan and of the AD object it was made for: an approval is good for exactly this. */
  planHash: PlanHash,
  state: HoldState,
  object: ObjectRef,
  displayName: z.string(),
  exceeded: z.array(Excess).readonly(),
  plan: Plan,
  violations: z.array(Violation).readonly(),
  /** The intent, so that the plan can be made again when it is approved. */
  intent: Intent,
  heldAt: Moment,
  expiresAt: Moment,
  /** How often the same plan came again. */
  renewed: z.int().min(0),
  verdict: Verdict.optional(),
});
export type Hold = z.output<typeof Hold>;

/** Attributes that change with every write, also to other attributes. */
const volatile = new Set([
  'whenchanged',
  'usnchanged',
  'whencreated',
  'usncreated',
  'dscorepropagationdata',
  'lastlogontimestamp',
]);

/** The hash of a plan together with the AD object as it was seen. */
export function hashOfPlan(planned: Planned, { intent, task, observation }: PlanInput): string {
  const desired = task.do === 'write' ? task.desired : undefined;
  const continues = desired && desired.kind !== 'device' ? desired.continues : undefined;
  const identity = identify(intent.object, continues, observation);
  const seen =
    identity.is === 'present' || identity.is === 'continued' ? steadyPart(identity.object) : identity;
  return contentHash({ plan: planned.plan, seen });
}

function steadyPart({ dn, guid, sid, attributes }: ObservedObject) {
  const steady = Object.entries(attributes)
    .filter(([name]) => !volatile.has(name.toLowerCase()))
    .map(([name, values]) => [name, values.map((value) => JSON.stringify(value)).toSorted()]);
  return { dn, guid, sid, attributes: Object.fromEntries(steady) };
}

/** The same plan for the same object always has the same id, so that it is asked about once. */
export const holdIdOf = (object: ObjectRef, planHash: string): string =>
  `hold-${contentHash({ object: sessionOf(object), planHash }).slice(0, 20)}`;

/** What the cloud must know of a held plan. */
export function noticeOf({ holdId, planHash, state, exceeded, heldAt, expiresAt, intent }: Hold): HoldNotice {
  return { holdId, planHash, state, why: exceeded.map(inWords), heldAt, expiresAt, intent };
}

/** What a page about it says. */
export function pageOf(hold: Hold): HeldPage {
  const { holdId, planHash, state, object, displayName, plan, exceeded, heldAt, expiresAt, verdict } = hold;
  const { cause, reason, rule } = hold.intent;
  const common = {
    holdId,
    planHash,
    state,
    object,
    displayName,
    cause,
    reason,
    rule,
    plan,
    heldAt,
    expiresAt,
  };
  return { ...common, counts: countPlan(plan), why: exceeded.map(inWords), decision: verdict };
}

/** In words: "2 deletions, 49 of 50 this hour are used". */
export const inWords = ({ budget, window, limit, used, wanted }: Excess): string =>
  `${wanted} ${namesOfBudgets[budget]} wanted, ${used} of ${limit} used in the last ${window}`;

const namesOfBudgets: Readonly<Record<Excess['budget'], string>> = {
  creations: 'new objects',
  deletions: 'deletions',
  disables: 'disabled objects',
  memberRemovals: 'member removals in all groups',
  memberRemovalsPerGroup: 'member removals in this group',
  typeChanges: 'changes of group type',
  moves: 'renames or moves',
  cloudApprovals: 'approvals from the cloud',
};
