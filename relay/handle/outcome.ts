import {
  type ChangedMember,
  type HoldNotice,
  type Intent,
  type LeftOut,
  type Moment,
  type Outcome,
  type Plan,
  type PlanCounts,
  partOf,
  type Violation,
} from '../../shared/domain/index.ts';
import type { ObservedObject } from '../plan/observed.ts';
import type { PlanInput } from '../plan/planned.ts';

/** Which relay this is. `instance` is new with every start. */
export type RelayIdentity = Outcome['relay'];

/** What one intent came to. */
export type Result = {
  readonly result: Outcome['result'];
  readonly plan: Plan;
  readonly observed: ObservedObject | undefined;
  readonly memberCount?: number | undefined;
  readonly membersAdded?: number;
  readonly membersRemoved?: number;
  readonly changedMembers?: readonly ChangedMember[];
  readonly leftOut?: readonly LeftOut[];
  readonly violations?: readonly Violation[];
  readonly hold?: HoldNotice;
  readonly keptBack?: PlanCounts;
  readonly forest?: Outcome['forest'];
  readonly failure?: Outcome['failure'];
};

export type Timing = { readonly startedAt: Moment; readonly finishedAt: Moment };

/** The outcome of an intent as it goes to the cloud. */
export function outcomeOf(intent: Intent, result: Result, relay: RelayIdentity, timing: Timing): Outcome {
  const { observed, hold, keptBack, forest, failure, changedMembers = [] } = result;
  const part = partOf(intent);
  return {
    intentId: intent.intentId,
    object: intent.object,
    displayName: intent.displayName,
    result: result.result,
    intent: intent.type,
    cause: intent.cause,
    reason: intent.reason,
    rule: intent.rule,
    policyVersion: intent.policyVersion,
    plan: result.plan,
    ...(keptBack && { keptBack }),
    ...(hold && { hold }),
    observed: observed ? summary(observed, result.memberCount) : null,
    membership: intent.type === 'remove' ? 'unchanged' : intent.membership.kind,
    ...(part && { part }),
    membersAdded: result.membersAdded ?? 0,
    membersRemoved: result.membersRemoved ?? 0,
    ...(changedMembers.length > 0 && { changedMembers }),
    leftOut: result.leftOut ?? [],
    violations: result.violations ?? [],
    ...(forest && { forest }),
    ...(failure && { failure }),
    relay,
    times: { ...intent.times, ...timing },
  };
}

/** An outcome that finds nothing to do, because these plans were written before it could be told. */
export function appliedBefore(outcome: Outcome, plans: readonly Plan[]): Outcome {
  const operations = plans.flatMap((plan) => plan.operations);
  const count = (op: 'addMembers' | 'removeMembers'): number =>
    operations.reduce((sum, one) => sum + (one.op === op ? one.members.length : 0), 0);
  return {
    ...outcome,
    result: 'applied',
    plan: { operations },
    membersAdded: count('addMembers'),
    membersRemoved: count('removeMembers'),
  };
}

/** The object that a plan was about, as it was found. */
export function foundObject({ observation }: PlanInput): ObservedObject | undefined {
  return observation.marked.length === 1 ? observation.marked[0] : observation.continued;
}

function summary({ dn, guid, sid, attributes }: ObservedObject, memberCount: number | undefined) {
  return {
    dn,
    guid,
    ...(sid !== undefined && { sid }),
    attributes: { ...attributes },
    ...(memberCount !== undefined && { memberCount }),
  };
}
