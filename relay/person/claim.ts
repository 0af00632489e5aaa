import { markerAttributes, momentOf, type Outcome } from '../../shared/domain/index.ts';
import { type Claim, objectionTo, planClaim } from '../guard/claim.ts';
import { shareOfMode } from '../guard/modes.ts';
import { execute, TurnLostError } from '../handle/execute.ts';
import { gather } from '../handle/gather.ts';
import type { Services, Turn } from '../handle/handle.ts';
import { outcomeOf, type Result } from '../handle/outcome.ts';
import { failureOf } from '../handle/results.ts';
import { inverseOf } from '../plan/inverse.ts';
import { emptyPlan } from '../plan/planned.ts';
import { intentOfPerson } from './by-person.ts';

/** All that the guard judges a claim by. */
const attributes = [...markerAttributes, 'groupType', 'adminCount', 'isCriticalSystemObject'];

/**
 * Takes over an existing AD object, on the consent of a person on this machine: puts the marker of the
 * cloud object on it. Its GUID, SID and members stay; the cloud then evaluates the object and sends what
 * should become of it, which the guard judges like any other write. The cloud alone cannot do this.
 */
export async function claimObject(services: Services, claim: Claim, turn: Turn): Promise<Outcome> {
  const { directory, guard, relay, now, newId } = services;
  const startedAt = momentOf(now());
  const { object, dn, person, reason } = claim;
  const intent = intentOfPerson({ object, displayName: dn, intentId: `claim-${newId()}`, at: startedAt });
  const answer = (result: Result): Outcome => ({
    ...outcomeOf(intent, result, relay, { startedAt, finishedAt: momentOf(now()) }),
    intent: 'claim',
  });
  const refused = (code: string, message: string): Outcome =>
    answer({
      result: 'refused',
      plan: emptyPlan,
      observed: undefined,
      failure: { code, message, needs: 'person' },
    });

  const input = await gather(directory, intent, startedAt);
  const found = await directory.read(dn, attributes.filter(input.facts.hasAttribute));
  const objection = objectionTo(claim, found, input, guard.territory);
  if (objection || !found) return refused(objection?.code ?? 'NO_SUCH_OBJECT', objection?.message ?? dn);
  const planned = planClaim(claim, found, input);
  if (shareOfMode(guard.mode, input.task, planned).keptBack.operations.length > 0)
    return refused('MODE_FORBIDS', `The relay is in mode ${guard.mode} and writes nothing.`);

  const { done, refused: errors, stopped } = await execute(directory, planned, turn.stillOurs);
  if (stopped instanceof TurnLostError) throw stopped;
  const [error = stopped] = errors;
  if (error !== undefined)
    return answer({ result: 'failed', plan: emptyPlan, observed: found, failure: failureOf(error) });
  const plan = { operations: done };
  await services.applied.add({
    planId: newId(),
    intentId: intent.intentId,
    object,
    displayName: dn,
    at: momentOf(now()),
    plan,
    inverse: inverseOf(plan, { object: found, members: [], created: undefined }),
    approval: { verdict: 'approve', person, reason, at: startedAt, from: 'relay' },
  });
  return answer({ result: 'applied', plan, observed: found, failure: notComparedYet });
}

const notComparedYet = {
  code: 'CLAIMED',
  message: 'The object was claimed. What the cloud wants of it is evaluated now.',
  needs: 'completeMembership',
} as const;
