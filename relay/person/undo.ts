import { momentOf, type Outcome, type Plan } from '../../shared/domain/index.ts';
import type { AppliedPlan } from '../guard/applied-record.ts';
import { shareOfMode } from '../guard/modes.ts';
import { trespass } from '../guard/ownership.ts';
import { execute, TurnLostError } from '../handle/execute.ts';
import { gather } from '../handle/gather.ts';
import type { Services, Turn } from '../handle/handle.ts';
import { foundObject, outcomeOf, type Result } from '../handle/outcome.ts';
import { failureOf } from '../handle/results.ts';
import { inverseOf } from '../plan/inverse.ts';
import { emptyPlan, type Planned } from '../plan/planned.ts';
import { intentOfPerson } from './by-person.ts';

/**
 * Takes back a plan that was applied, on a person's consent: writes its recorded inverse. Ownership
 * and mode are checked as for any other plan; budgets are not, since a person has looked. The cloud
 * will write its own view again when it next evaluates the object, so what caused the plan must be
 * mended first.
 */
export async function undoPlan(
  services: Services,
  applied: AppliedPlan,
  consent: { readonly person: string; readonly reason: string },
  turn: Turn,
): Promise<Outcome> {
  const { directory, guard, relay, now, newId } = services;
  const startedAt = momentOf(now());
  const { object, displayName, inverse } = applied;
  const intentId = `undo-${applied.planId}-${newId()}`;
  const intent = intentOfPerson({ object, displayName, intentId, at: startedAt });
  const input = await gather(directory, intent, startedAt);
  const answer = (plan: Plan, more: Omit<Result, 'plan' | 'observed'>): Outcome => ({
    ...outcomeOf(intent, { plan, observed: foundObject(input), ...more }, relay, {
      startedAt,
      finishedAt: momentOf(now()),
    }),
    intent: 'undo',
  });
  const planned: Planned = { plan: inverse, violations: [], leftOut: [], membershipIncomplete: false };
  const refusal = trespass(planned, input, guard.territory);
  if (refusal) {
    const { violations, refusal: failure } = refusal;
    return answer(emptyPlan, { result: 'refused', violations, ...(failure && { failure }) });
  }
  if (takesBackTooMuch(services, inverse, input.task)) {
    const message = `The relay is in mode ${guard.mode}, which does not write this.`;
    return answer(emptyPlan, {
      result: 'refused',
      failure: { code: 'MODE_FORBIDS', message, needs: 'person' },
    });
  }
  const execution = await execute(directory, inverse, turn.stillOurs);
  const { done, membersAdded, membersRemoved } = execution;
  const plan = { operations: done };
  const before = { object: foundObject(input), members: [], created: execution.created?.guid };
  if (done.length > 0)
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
  const members = { membersAdded, membersRemoved };
  return error === undefined
    ? answer(plan, { result: done.length > 0 ? 'applied' : 'unchanged', ...members })
    : answer(plan, { result: 'failed', ...members, failure: failureOf(error) });
}

function takesBackTooMuch(
  { guard }: Services,
  inverse: Plan,
  task: Parameters<typeof shareOfMode>[1],
): boolean {
  const { keptBack } = shareOfMode(guard.mode, task, inverse);
  const deletes = inverse.operations.some(({ op }) => op === 'delete');
  return keptBack.operations.length > 0 || (guard.mode === 'upsert-only' && deletes);
}
