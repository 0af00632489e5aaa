import {
  type HoldDecision,
  type HoldScope,
  momentOf,
  nothingCounted,
  type Outcome,
  replaces,
} from '../../domain/index.ts';
import type { Audit, HeldPlan, Holds } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';

export type HoldsDeps = Pick<Surroundings, 'bus' | 'now' | 'log' | 'newId'> & {
  readonly holds: Holds;
  readonly audit: Pick<Audit, 'append'>;
};

/**
 * Keeps what an outcome says of held plans: opens or renews the one that it tells of, closes it when
 * the relay has answered a decision, and closes those of the object whose place a newer intent took.
 * Answers the ids of those that are still open.
 */
export async function settleHolds(
  outcome: Outcome,
  { holds, log }: Pick<HoldsDeps, 'holds' | 'log'>,
): Promise<readonly string[]> {
  const { object, times, hold: notice } = outcome;
  const at = times.finishedAt;
  if (notice) {
    const kept = await holds.update(notice.holdId, (known) =>
      notice.state === 'open' ? opened(outcome, notice, known) : known && closed(known, notice.state, at),
    );
    if (kept) log(`hold.${kept.state}`, { ...object, name: kept.displayName, holdId: kept.holdId });
  }
  const stillOpen: string[] = [];
  for await (const hold of holds.openOf(object)) {
    const replaced = hold.holdId !== notice?.holdId && judgedNow(outcome) && replaces(outcome, scopeOf(hold));
    if (!replaced) stillOpen.push(hold.holdId);
    else await holds.update(hold.holdId, (known) => known && closed(known, 'superseded', at));
  }
  return stillOpen;
}

/** Did the guard judge an intent of the cloud? What failed before says nothing about what was held. */
const judgedNow = ({ intent, result }: Outcome): boolean =>
  (intent === 'write' || intent === 'remove') && result !== 'failed';

const scopeOf = ({ intentType, membership, part }: HeldPlan): HoldScope => ({
  intent: intentType,
  membership,
  part,
});

function opened(
  outcome: Outcome,
  notice: NonNullable<Outcome['hold']>,
  known: HeldPlan | undefined,
): HeldPlan {
  const { object, displayName, intent, membership, part, cause, reason, rule, policyVersion } = outcome;
  const { plan, planTruncated = false, keptBack = nothingCounted, relay, times } = outcome;
  // Told once more, a decision that the relay has not answered yet still stands.
  const undecided = !known?.decision || known.decision.at <= times.startedAt;
  return {
    ...notice,
    object,
    displayName,
    intentType: intent,
    membership,
    ...(part && { part }),
    cause,
    reason,
    rule,
    policyVersion,
    plan,
    planTruncated,
    counts: keptBack,
    relay: relay.name,
    ...(!undecided && { decision: known.decision }),
  };
}

/** The first end counts: messages come again. */
function closed(hold: HeldPlan, state: HeldPlan['state'], closedAt: HeldPlan['closedAt']): HeldPlan {
  return hold.state === 'open' ? { ...hold, state, closedAt } : hold;
}

/** Why a decision cannot be taken. */
export type DecisionRefusal =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'HOLD_CLOSED'; readonly hold: HeldPlan }
  | { readonly code: 'HOLD_DECIDED'; readonly hold: HeldPlan; readonly decision: HoldDecision }
  | { readonly code: 'PLAN_CHANGED'; readonly hold: HeldPlan };

export type Decided =
  | { readonly ok: true; readonly hold: HeldPlan }
  | { readonly ok: false; readonly refusal: DecisionRefusal };

/**
 * Hands a person's decision about a held plan to the relay. `planHash` is the hash of the plan that the
 * person has seen. The relay has the last word: it writes the plan only if it is still the same.
 */
export async function decideHold(
  holdId: string,
  planHash: string,
  decision: Omit<HoldDecision, 'at'>,
  traceparent: string,
  { holds, audit, bus, now, newId, log }: HoldsDeps,
): Promise<Decided> {
  const hold = await holds.find(holdId);
  if (!hold) return { ok: false, refusal: { code: 'NOT_FOUND' } };
  const moment = now();
  const at = momentOf(moment);
  if (hold.state !== 'open' || Date.parse(hold.expiresAt) <= moment.getTime())
    return { ok: false, refusal: { code: 'HOLD_CLOSED', hold } };
  if (hold.planHash !== planHash) return { ok: false, refusal: { code: 'PLAN_CHANGED', hold } };
  if (hold.decision && moment.getTime() - Date.parse(hold.decision.at) < answerWithinMs)
    return { ok: false, refusal: { code: 'HOLD_DECIDED', hold, decision: hold.decision } };

  const { object, displayName, intent } = hold;
  const taken: HoldDecision = { ...decision, at };
  const kept = await holds.update(holdId, (known) => known && { ...known, decision: taken });
  const body = { type: 'hold', object, holdId, planHash, ...taken, ...(intent && { intent }) } as const;
  await bus.send('intents', [{ body }], { traceparent });
  const { verdict, person, reason } = decision;
  await audit.append({
    id: `${holdId}-${newId()}`.slice(0, 128),
    at,
    event: verdict === 'approve' ? 'hold.approved' : 'hold.rejected',
    object,
    displayName,
    actor: person,
    details: { holdId, planHash, reason, traceparent },
  });
  log('hold.decided', { ...object, name: displayName, holdId, verdict, person });
  return { ok: true, hold: kept ?? hold };
}

/** A decision that the relay has not answered for so long may be taken again: it may have been lost. */
const answerWithinMs = 10 * 60_000;

const dayMs = 24 * 3_600_000;
const keptClosedMs = 90 * dayMs;
/** A relay ends its holds itself; one that is gone for good cannot. */
const lateMs = dayMs;

/** Ends holds whose time is long over, and forgets what has been closed for 90 days. */
export async function tidyHolds({
  holds,
  now,
  log,
}: Pick<HoldsDeps, 'holds' | 'now' | 'log'>): Promise<void> {
  const moment = now();
  const over = (at: string, afterMs: number): boolean => Date.parse(at) + afterMs <= moment.getTime();
  for await (const { holdId, state, object, expiresAt, closedAt } of holds.list()) {
    if (state === 'open' && over(expiresAt, lateMs)) {
      log('hold.expired', { ...object, holdId }, 'warn');
      await holds.update(holdId, (known) => known && closed(known, 'expired', momentOf(moment)));
    } else if (state !== 'open' && over(closedAt ?? expiresAt, keptClosedMs)) await holds.forget(holdId);
  }
}
