import { type Intent, momentOf, type Outcome } from '../shared/domain/index.ts';
import type { Verdict } from './guard/hold.ts';
import type { HoldCommand } from './guard/hold-command.ts';
import { handleIntent, type Services, type Turn } from './handle.ts';
import type { Log } from './log.ts';
import { outcomeOf } from './outcome.ts';
import { emptyPlan } from './plan/planned.ts';

/**
 * Does what a person decided about a held plan. Approved: the intent is planned again, and what comes
 * out is written only if it is the same plan for the same AD object, by hash; otherwise the new plan
 * is judged like any other. Rejected: the plan stays rejected for as long as it would have been
 * held. Undefined where nobody here knows the plan: the cloud then evaluates the object anew.
 */
export async function handleHold(
  services: Services,
  command: HoldCommand,
  from: Verdict['from'],
  turn: Turn,
  log: Log,
): Promise<Outcome | undefined> {
  const { holds } = services.guard;
  const { holdId, planHash, verdict, person, reason, at } = command;
  const hold = holds.find(holdId);
  const intent = hold?.intent ?? command.intent;
  const fields = { holdId, object: command.object.id, kind: command.object.kind, verdict, from };
  if (!intent) {
    log('hold.unknown', fields, 'warn');
    return undefined;
  }
  const decided: Verdict = { verdict, person, reason, at, from };
  log('hold.decided', fields);
  if (verdict === 'reject') {
    if (hold) await holds.put({ ...hold, state: 'rejected', verdict: decided });
    return answer(services, intent, {
      code: 'HOLD_REJECTED',
      message: `${person}: ${reason}`,
      needs: 'person',
    });
  }
  if (hold && (hold.state !== 'open' || hold.expiresAt <= momentOf(services.now()))) {
    const message = `The plan ${holdId} is ${hold.state === 'open' ? 'expired' : hold.state}; it is planned anew.`;
    return answer(services, intent, { code: 'HOLD_CLOSED', message, needs: 'retry' });
  }
  const outcome = await handleIntent(services, intent, turn, { planHash, verdict: decided });
  const applied = outcome.result === 'applied' || outcome.result === 'unchanged';
  if (hold && applied) await holds.put({ ...hold, state: 'applied', verdict: decided });
  if (hold && outcome.result === 'held' && outcome.holdId !== holdId)
    await holds.put({ ...hold, state: 'superseded', verdict: decided });
  return outcome;
}

/** An outcome for an intent that is not written. */
export function answer(
  { now, relay }: Pick<Services, 'now' | 'relay'>,
  intent: Intent,
  failure: NonNullable<Outcome['failure']>,
): Outcome {
  const at = momentOf(now());
  const result = failure.needs === 'person' ? 'refused' : 'failed';
  return outcomeOf(intent, { result, plan: emptyPlan, observed: undefined, failure }, relay, {
    startedAt: at,
    finishedAt: at,
  });
}
