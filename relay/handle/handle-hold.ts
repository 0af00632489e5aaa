import {
  type HoldCommand,
  type HoldNotice,
  type HoldState,
  type Intent,
  momentOf,
  type Outcome,
} from '../../shared/domain/index.ts';
import type { BegunPlan } from '../guard/guard.ts';
import { type Hold, noticeOf, type Verdict } from '../guard/hold.ts';
import type { Log } from '../log.ts';
import { intentOfPerson } from '../person/by-person.ts';
import { emptyPlan } from '../plan/planned.ts';
import { handleIntent, type Services, type Turn } from './handle.ts';
import { outcomeOf } from './outcome.ts';

/**
 * Does what a person decided about a held plan. Approved: the intent is planned again, and what comes
 * out is written only if it is the same plan for the same AD object, by hash, or what a relay that died has
 * left of that plan; otherwise nothing is written and the cloud evaluates the object anew. Rejected: the
 * plan stays rejected for as long as it would have been held.
 */
export async function handleHold(
  services: Services,
  command: HoldCommand,
  from: Verdict['from'],
  turn: Turn,
  log: Log,
): Promise<Outcome> {
  const { holds } = services.guard;
  const { holdId, planHash, verdict, person, reason, at } = command;
  const hold = holds.find(holdId);
  const intent = hold?.intent ?? command.intent;
  const fields = { holdId, object: command.object.id, kind: command.object.kind, verdict, from };
  if (!intent) {
    log('hold.unknown', fields, 'warn');
    return unknown(services, command);
  }
  const begun = verdict === 'approve' ? await begunBefore(hold, planHash, turn) : undefined;
  const decision: Verdict = { verdict, person, reason, at, from };
  log('hold.decided', fields);
  const closed = async (state: HoldState): Promise<HoldNotice> => {
    if (hold) await holds.put({ ...hold, state, verdict: decision });
    return noticeAs(state, hold, command);
  };
  if (verdict === 'reject') {
    const failure = { code: 'HOLD_REJECTED', message: `${person}: ${reason}`, needs: 'person' } as const;
    return answer(services, intent, failure, await closed('rejected'));
  }
  if (hold && !begun && (hold.state !== 'open' || hold.expiresAt <= momentOf(services.now()))) {
    const state = hold.state === 'open' ? 'expired' : hold.state;
    const message = `The plan ${holdId} is ${state} and cannot be approved any more; the object is planned anew.`;
    return answer(
      services,
      intent,
      { code: 'HOLD_CLOSED', message, needs: 'retry' },
      noticeAs(state, hold, command),
    );
  }
  const outcome = await handleIntent(services, intent, turn, { planHash, verdict: decision, begun });
  await turn.memory.end();
  if (outcome.result === 'applied' || outcome.result === 'unchanged')
    return { ...outcome, hold: await closed('applied') };
  const stale = outcome.failure?.code === 'HOLD_STALE';
  const notice = stale || outcome.result === 'held' ? await closed('superseded') : undefined;
  return stale && notice ? { ...outcome, hold: notice } : outcome;
}

/** The plan where a relay that died has begun to write it, on this approval. */
async function begunBefore(
  hold: Hold | undefined,
  planHash: string,
  { memory }: Turn,
): Promise<BegunPlan | undefined> {
  const begun = await memory.begun(planHash);
  const plan = begun?.plan ?? (hold?.planHash === planHash ? hold.plan : undefined);
  return begun && plan && { plan, here: false };
}

/** Neither the hold nor its intent is known here: the cloud evaluates the object and it is held anew. */
function unknown(services: Services, command: HoldCommand): Outcome {
  const { object, holdId, at } = command;
  const intent = intentOfPerson({ object, displayName: object.id, intentId: `hold-${holdId}`, at });
  const message = `This relay does not know the held plan ${holdId}; the object is planned anew.`;
  const failure = { code: 'HOLD_UNKNOWN', message, needs: 'retry' } as const;
  return { ...answer(services, intent, failure, noticeAs('superseded', undefined, command)), intent: 'hold' };
}

function noticeAs(
  state: HoldState,
  hold: Hold | undefined,
  { holdId, planHash, at }: HoldCommand,
): HoldNotice {
  if (!hold) return { holdId, planHash, state, why: [], heldAt: at, expiresAt: at };
  const { intent: _, ...notice } = noticeOf({ ...hold, state });
  return notice;
}

/** An outcome for an intent that is not written. */
export function answer(
  { now, relay }: Pick<Services, 'now' | 'relay'>,
  intent: Intent,
  failure: NonNullable<Outcome['failure']>,
  hold?: HoldNotice,
): Outcome {
  const at = momentOf(now());
  const result = failure.needs === 'person' ? 'refused' : 'failed';
  const more = { failure, ...(hold && { hold }) };
  return outcomeOf(intent, { result, plan: emptyPlan, observed: undefined, ...more }, relay, {
    startedAt: at,
    finishedAt: at,
  });
}
