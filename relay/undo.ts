import { type Intent, momentOf, type Outcome, type Plan } from '../shared/domain/index.ts';
import { execute, TurnLostError } from './execute.ts';
import { gather } from './gather.ts';
import type { AppliedPlan } from './guard/applied-record.ts';
import { trespass } from './guard/ownership.ts';
import type { Services, Turn } from './handle.ts';
import { foundObject, outcomeOf } from './outcome.ts';
import { inverseOf } from './plan/inverse.ts';
import { emptyPlan, type Planned } from './plan/planned.ts';
import { failureOf } from './results.ts';

/**
 * Takes back a plan that was applied, on a person's consent: writes its recorded inverse. Ownership
 * is checked as for any other plan; budgets are not, since a person has looked. The cloud will write
 * its own view again when it next evaluates the object, so what caused the plan must be mended first.
 */
export async function undoPlan(
  services: Services,
  applied: AppliedPlan,
  consent: { readonly person: string; readonly reason: string },
  turn: Turn,
): Promise<Outcome> {
  const { directory, guard, relay, now, newId } = services;
  const startedAt = momentOf(now());
  const intent = lookAt(applied, newId(), startedAt);
  const input = await gather(directory, intent, startedAt);
  const planned: Planned = {
    plan: applied.inverse,
    violations: [],
    leftOut: [],
    membershipIncomplete: false,
  };
  const answer = (plan: Plan, more: Omit<Parameters<typeof outcomeOf>[1], 'plan' | 'observed'>): Outcome =>
    outcomeOf(intent, { plan, observed: foundObject(input), ...more }, relay, {
      startedAt,
      finishedAt: momentOf(now()),
    });
  const refusal = trespass(planned, input, guard.territory);
  if (refusal) {
    const { violations, refusal: failure } = refusal;
    return answer(emptyPlan, { result: 'refused', violations, ...(failure && { failure }) });
  }
  const execution = await execute(directory, applied.inverse, turn.stillOurs);
  const plan = { operations: execution.done };
  const before = { object: foundObject(input), members: [], created: execution.created?.guid };
  const { membersAdded, membersRemoved } = execution;
  await services.applied.add({
    ...applied,
    planId: newId(),
    intentId: intent.intentId,
    at: momentOf(now()),
    plan,
    inverse: inverseOf(plan, before),
    approval: { verdict: 'approve', ...consent, at: startedAt, from: 'relay' },
  });
  if (execution.stopped instanceof TurnLostError) throw execution.stopped;
  const [error = execution.stopped] = execution.refused;
  return error === undefined
    ? answer(plan, {
        result: plan.operations.length > 0 ? 'applied' : 'unchanged',
        membersAdded,
        membersRemoved,
      })
    : answer(plan, { result: 'failed', membersAdded, membersRemoved, failure: failureOf(error) });
}

/** Undoing has no intent of the cloud; this one says so in the audit. */
function lookAt(
  { object, displayName, planId }: AppliedPlan,
  id: string,
  at: Intent['times']['receivedAt'],
): Intent {
  return {
    type: 'inspect',
    object,
    intentId: `undo-${planId}-${id}`.slice(0, 128),
    cause: 'request',
    reason: 'OUT_OF_SCOPE',
    rule: null,
    policyVersion: 'undo',
    displayName,
    times: { receivedAt: at, decidedAt: at },
    desired: null,
    membership: { kind: 'unchanged' },
  };
}
