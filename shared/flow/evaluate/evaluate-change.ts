import {
  type Change,
  type Decision,
  type EntraId,
  type Intent,
  type MembershipDelta,
  type Moment,
  momentOf,
  type ObjectRef,
  type ReadFailure,
  type Snapshot,
  type Violation,
} from '../../domain/index.ts';
import type { ObjectState, ObjectStates } from '../../state/object-state.ts';
import type { Surroundings } from '../ports.ts';
import { type Decided, isNewDecision } from '../settle/audit-entries.ts';
import { hashOfDesired } from '../sweep/hash.ts';
import { retryDelayMs } from './backoff.ts';
import { causeOf, isConfirmed } from './known-desired.ts';
import { emptyDelta, isEmpty, mergeDeltas, remember } from './membership-history.ts';
import { copyOf, defer, isAwaited, scheduleLook, sendAt, stillAwaited } from './try-again.ts';

/** What reading and deciding came to, before anything is sent. */
export type Evaluated =
  | {
      readonly step: 'decided';
      readonly snapshot: Snapshot;
      readonly displayName: string;
      readonly decision: Decision;
      readonly intents: readonly Intent[];
      /** `fast`: the rule says that the relay takes this object before its turn. */
      readonly lane: 'normal' | 'fast';
      /** Where all were read. */
      readonly memberCount: number | undefined;
      readonly violations: readonly Violation[];
      readonly leftOut: ObjectState['leftOut'];
      /** Members, or a manager or owners, that are not in AD: when one appears there, this object is looked at again. */
      readonly waitsFor: readonly EntraId[];
      /** Nested groups that are to be written themselves. */
      readonly toWrite: readonly EntraId[];
      /** Members that were added and that Graph does not know yet. */
      readonly stillPending: MembershipDelta;
      /** For a removal in its grace period: when it is due. */
      readonly dueAt: Moment | undefined;
    }
  /** Not in the tenant, not in its recycle bin, and no tombstone: perhaps not replicated yet. */
  | { readonly step: 'unknown' }
  | { readonly step: 'unreadable'; readonly why: ReadFailure };

/** What the members should be read as. */
export type MembershipWish =
  | { readonly read: 'none' }
  | { readonly read: 'delta'; readonly delta: MembershipDelta }
  | { readonly read: 'complete' };

export type EvaluateDeps = Surroundings & {
  readonly states: Pick<ObjectStates, 'load' | 'update'>;
  /** Reads the object, asks the policy, makes the intents. Reads only; sends nothing. */
  readonly decide: (change: Change, wish: MembershipWish, state: ObjectState) => Promise<Evaluated>;
  /** Opens, repeats or resolves violations of the object, and remembers whom it leaves out. */
  readonly report: (
    object: ObjectRef,
    evaluated: Extract<Evaluated, { step: 'decided' }>,
    traceparent: string,
  ) => Promise<void>;
  /** Tells people that Graph does not show the object, and that this does not pass by itself. */
  readonly reportUnreadable: (object: ObjectRef, why: ReadFailure, traceparent: string) => Promise<void>;
  /** Whether the policy writes anything of this kind. */
  readonly isWritten: (kind: ObjectRef['kind']) => Promise<boolean>;
  /** Calls the groups that wait for this object to be in AD. Answers why that could not be found out. */
  readonly wakeGroups: (object: ObjectRef, traceparent: string) => Promise<ReadFailure | undefined>;
  /** Calls the groups that have the members of this one as their own. */
  readonly callFlattening: (object: ObjectRef, traceparent: string) => Promise<void>;
  /** A look at an object is confirmed by a second one after this time: the first may have been stale. */
  readonly confirmAfterMs: number;
  /** Keeps a decision that differs from the one before. */
  readonly record: (decided: Decided) => Promise<void>;
};

/** How often an object that is nowhere to be found is looked for again: about two minutes. */
export const patience = 5;

/**
 * Evaluates one change: look at the object, decide, send intents. The contract:
 *
 * - Level, not edge: the current state is read each time, so any order, repetition or loss of
 *   changes ends in the same directory. Only the membership delta is carried, and it is kept in the
 *   object's state until it has been sent.
 * - What fails is tried again later as a scheduled copy, so that the queue's delivery count is not
 *   spent; what the feed reported meanwhile is merged, in order.
 * - A change that was received before the last complete look at the object has nothing to add.
 *
 * Throws only where neither the state nor Service Bus can be reached: then the message stays.
 */
export async function evaluateChange(change: Change, traceparent: string, deps: EvaluateDeps): Promise<void> {
  const object: ObjectRef = { kind: change.kind, id: change.id };
  const startedAt = momentOf(deps.now());
  const before = await deps.states.load(object);
  if (isOfNoConcern(before) && !(await deps.isWritten(change.kind))) {
    const failure = await deps.wakeGroups(object, traceparent);
    if (failure) await defer(change, failure, traceparent, deps);
    return deps.log('change.notWritten', { ...object, cause: change.cause }, 'debug');
  }
  const carried = change.membership.read === 'delta' ? change.membership.delta : emptyDelta;
  const pending = mergeDeltas(before.pending, carried);
  if (hasNothingToAdd(change, before, pending)) {
    return deps.log('change.coalesced', { ...object, cause: change.cause });
  }
  const recent = remember(before.recent, carried, deps.now(), change.receivedAt);
  const state: ObjectState = { ...before, pending, recent };
  const evaluated = await deps.decide(change, wishOf(change, state), state);

  if (evaluated.step === 'decided')
    return conclude(change, object, evaluated, state, startedAt, traceparent, deps);
  if (evaluated.step === 'unknown' && change.attempt >= patience) {
    await deps.states.update(object, (now) => ({
      ...now,
      pending: emptyDelta,
      evaluatedAt: startedAt,
      nextAttemptAt: stillAwaited(change, now),
    }));
    return deps.log('change.notFound', { ...object, cause: change.cause, attempts: change.attempt }, 'warn');
  }
  // What a group lost while it was in the recycle bin is not told when it comes back.
  const isComplete = change.tombstone !== undefined || change.membership.read === 'complete';
  const needs = isComplete ? ({ needs: 'completeMembership' } as const) : {};
  const kept = await deps.states.update(object, (now) => ({
    ...now,
    pending,
    recent,
    ...needs,
    nextAttemptAt: stillAwaited(change, now),
  }));
  if (evaluated.step === 'unreadable' && joins(change, kept, evaluated.why, deps)) {
    return deps.log('change.coalesced', { ...object, cause: change.cause });
  }
  const why = evaluated.step === 'unreadable' ? evaluated.why : undefined;
  if (why?.needsPerson && change.attempt >= patience) await deps.reportUnreadable(object, why, traceparent);
  await defer(change, why, traceparent, deps);
}

/** A look that only says "look" waits with one that waits for Graph already. */
function joins(change: Change, state: ObjectState, why: ReadFailure, { now, random }: EvaluateDeps): boolean {
  const isBare = bareCauses.has(change.cause) || change.cause === 'retry';
  if (!isBare || change.tombstone || change.appeared) return false;
  return isAwaited(state, retryDelayMs(change.attempt, random(), why.retryAfterMs), now());
}

/** An object of a kind that may not be written at all, and that AD does not have by our hand. */
const isOfNoConcern = ({ written, lastDecision }: ObjectState): boolean =>
  !written && (lastDecision === undefined || lastDecision.outcome === 'ignore');

/** Changes that only say "look": a look after they were received answers them. */
const bareCauses: ReadonlySet<Change['cause']> = new Set(['notification', 'feed', 'missed', 'confirmation']);

/** The object was looked at after this change was received, and no delta is waiting. */
function hasNothingToAdd(change: Change, state: ObjectState, pending: MembershipDelta): boolean {
  if (change.appeared !== undefined && change.attempt === 0) return hasMetAll(change, state, pending);
  return (
    bareCauses.has(change.cause) &&
    change.tombstone === undefined &&
    change.membership.read !== 'complete' &&
    isEmpty(pending) &&
    state.evaluatedAt !== undefined &&
    Date.parse(state.evaluatedAt) > Date.parse(change.receivedAt)
  );
}

/** Of a thousand members that appear one after the other, few find a group that has not been read since. */
function hasMetAll({ kind, receivedAt }: Change, state: ObjectState, pending: MembershipDelta): boolean {
  const lookedAt = kind === 'group' ? state.membersReadAt : state.evaluatedAt;
  const isComplete = isEmpty(pending) && state.needs === undefined;
  return isComplete && lookedAt !== undefined && Date.parse(lookedAt) > Date.parse(receivedAt);
}

/** A group that is new in scope or back in it, or of which a delta was lost, is read completely. */
function wishOf(change: Change, state: ObjectState): MembershipWish {
  if (change.kind !== 'group') return { read: 'none' };
  const inScope = state.lastDecision?.outcome === 'write';
  if (change.membership.read === 'complete' || state.needs === 'completeMembership' || !inScope) {
    return { read: 'complete' };
  }
  return isEmpty(state.pending) ? { read: 'none' } : { read: 'delta', delta: state.pending };
}

async function conclude(
  change: Change,
  object: ObjectRef,
  evaluated: Extract<Evaluated, { step: 'decided' }>,
  state: ObjectState,
  startedAt: Moment,
  traceparent: string,
  deps: EvaluateDeps,
): Promise<void> {
  const { decision } = evaluated;
  const [first] = evaluated.intents;
  const desiredHash = first?.type === 'write' ? hashOfDesired(first.desired) : undefined;
  const intents = isConfirmed(change, evaluated, state, desiredHash)
    ? []
    : evaluated.intents.map((intent) => ({ ...intent, cause: causeOf(change, state, desiredHash) }));
  await deps.bus.send(
    'intents',
    intents.map((body) => ({ body, id: body.intentId })),
    { traceparent },
  );
  if (evaluated.lane === 'fast' && intents.length > 0)
    await deps.bus.send('intents', [{ body: { type: 'express', object } }], { traceparent });
  if (evaluated.dueAt)
    await sendAt(new Date(evaluated.dueAt), { ...change, cause: 'grace', attempt: 0 }, traceparent, deps);
  const stillPending = change.attempt < patience ? evaluated.stillPending : emptyDelta;
  if (!isEmpty(stillPending))
    await scheduleLook(copyOf(change), retryDelayMs(change.attempt, deps.random()), traceparent, deps);
  const decidedAt = momentOf(deps.now());
  if (isNewDecision(decision, state.lastDecision))
    await deps.record({ change, evaluated, before: state.lastDecision, decidedAt, traceparent });
  const membershipSent = intents.some(
    (intent) => intent.type === 'write' && intent.membership.kind === 'complete',
  );
  await confirmLater(change, traceparent, deps);
  await deps.states.update(object, (now) => ({
    ...now,
    ...(desiredHash !== undefined && { desiredHash }),
    ...(membershipSent && { membersReadAt: startedAt }),
    memberCount: countAfter(evaluated.memberCount, state),
    pending: stillPending,
    recent: state.recent,
    evaluatedAt: startedAt,
    nextAttemptAt: stillAwaited(change, now),
    displayName: evaluated.displayName,
    leftOut: membershipSent ? evaluated.leftOut : stillLeftOut(now.leftOut, evaluated.leftOut, state.pending),
    ...(membershipSent && { needs: undefined }),
    outOfScopeSince: decision.outcome === 'write' ? undefined : (now.outOfScopeSince ?? startedAt),
    lastDecision: {
      outcome: decision.outcome,
      reason: decision.reason,
      rule: decision.rule,
      policyVersion: decision.policyVersion,
      at: decidedAt,
    },
  }));
  await deps.report(object, evaluated, traceparent);
  if (!isEmpty(state.pending)) await deps.callFlattening(object, traceparent);
  if (decision.outcome === 'ignore') {
    const failure = await deps.wakeGroups(object, traceparent);
    if (failure) await defer(change, failure, traceparent, deps);
  }
  const name = evaluated.displayName;
  const totalMs = deps.now().getTime() - Date.parse(change.receivedAt);
  const { outcome, reason, rule } = decision;
  deps.log('change.decided', {
    ...object,
    name,
    cause: change.cause,
    outcome,
    reason,
    rule,
    totalMs,
    traceparent,
  });
}

/** Causes that Graph itself gave, or that repeat one which it gave. */
const signs: ReadonlySet<Change['cause']> = new Set(['notification', 'feed', 'missed', 'retry']);

/**
 * Graph is eventually consistent: a read right after a change may be older than the change. So each
 * look that was led to by a sign of Graph is followed by a second one, at all members where the sign
 * asked for them. Any look in the second half of the time between makes one at the object superfluous.
 */
async function confirmLater(
  { kind, id, cause, tombstone, membership }: Change,
  traceparent: string,
  deps: EvaluateDeps,
): Promise<void> {
  if (!signs.has(cause) || tombstone) return;
  const now = deps.now().getTime();
  const receivedAt = momentOf(new Date(now + deps.confirmAfterMs / 2));
  const body: Change = {
    kind,
    id,
    cause: 'confirmation',
    membership: membership.read === 'complete' ? membership : { read: 'none' },
    receivedAt,
    attempt: 0,
  };
  await sendAt(new Date(now + deps.confirmAfterMs), body, traceparent, deps);
}

/** Members after this look: counted where all were read, else those of before with the delta. */
function countAfter(counted: number | undefined, { memberCount, pending }: ObjectState): number | undefined {
  if (counted !== undefined || memberCount === undefined) return counted;
  return Math.max(0, memberCount + pending.added.length - pending.removed.length);
}

/** After a delta: those of before but the removed, and the new ones. */
function stillLeftOut(
  before: ObjectState['leftOut'],
  added: ObjectState['leftOut'],
  delta: MembershipDelta,
): ObjectState['leftOut'] {
  const gone = new Set<string | undefined>([...delta.removed, ...delta.added]);
  return [...before.filter(({ id }) => !gone.has(id)), ...added];
}
