import {
  addParts,
  type Change,
  type Intent,
  type Moment,
  momentOf,
  nothingCounted,
  type ObjectRef,
  type Outcome,
} from '../../domain/index.ts';
import type { ObjectState, ObjectStates } from '../../state/object-state.ts';
import type { Inspections } from '../ask/inspect.ts';
import { retryDelayMs } from '../evaluate/backoff.ts';
import { isAwaited, scheduleLook } from '../evaluate/try-again.ts';
import type { Surroundings } from '../ports.ts';
import { stagesOf } from './latency.ts';

export type SettleDeps = Surroundings & {
  readonly states: Pick<ObjectStates, 'load' | 'update'>;
  /** Groups that left this object out as a member, and whose manager or owner it is: told that it is in AD now. */
  readonly parentsWaitingFor: (object: ObjectRef) => Promise<readonly ObjectRef[]>;
  /** Keeps what the outcome says of held plans; answers those of the object that are still open. */
  readonly settleHolds: (outcome: Outcome) => Promise<readonly string[]>;
  /** Opens the violations of the outcome and resolves those it no longer has, but for what is still held. */
  readonly report: (outcome: Outcome, stillHeld: boolean, traceparent: string) => Promise<void>;
  /** Keeps the outcome for the history of the object, whose state was `before`. */
  readonly record: (outcome: Outcome, before: ObjectState, traceparent: string) => Promise<void>;
  readonly inspections: Inspections;
  /** Answers those who asked to be told of this change. */
  readonly tellCompletions: (outcome: Outcome, after: ObjectState, traceparent: string) => Promise<void>;
  readonly confirmAfterMs: number;
};

/**
 * Settles one outcome of the relay: remembers what is in AD now, tells the parents of an object that
 * appeared, tries again what failed, confirms a complete read that changed members, keeps held plans,
 * and reports. Repeating it does no harm.
 */
export async function settleOutcome(outcome: Outcome, traceparent: string, deps: SettleDeps): Promise<void> {
  if (outcome.intent === 'inspect') return deps.inspections.keep(outcome);
  const { object } = outcome;
  const before = await deps.states.load(object);
  const after = await deps.states.update(object, (state) => stateAfter(state, outcome));
  const appeared = !before.written && after.written;
  if (appeared) await tellParents(object, outcome, traceparent, deps);
  if (outcome.failure && outcome.failure.needs !== 'person')
    await tryAgain(outcome, after, traceparent, deps);
  if (needsConfirmation(outcome)) await confirm(outcome, traceparent, deps);
  const open = await deps.settleHolds(outcome);
  await Promise.all([
    deps.report(outcome, open.length > 0, traceparent),
    deps.record(outcome, before, traceparent),
    deps.tellCompletions(outcome, after, traceparent),
  ]);
  logSettled(outcome, deps);
}

function stateAfter(state: ObjectState, outcome: Outcome): ObjectState {
  const settled = outcome.result === 'applied' || outcome.result === 'unchanged';
  const isKeptBack = outcome.result === 'staged' || outcome.result === 'held';
  const needs = outcome.failure || isKeptBack ? 'completeMembership' : undefined;
  const { observed, failure } = outcome;
  return {
    ...state,
    lastOutcome: {
      result: outcome.result,
      at: outcome.times.finishedAt,
      intentId: outcome.intentId,
      ...(failure && { failure: { code: failure.code, message: failure.message } }),
    },
    attempts: settled ? 0 : state.attempts + 1,
    ...(settled && { written: isWrittenAfter(state, outcome) }),
    keptBack: keptBackAfter(state, outcome),
    ...(observed && { dn: observed.dn, guid: observed.guid, ...(observed.sid && { sid: observed.sid }) }),
    ...(needs && { needs }),
    adMembers: membersAfter(state, outcome),
  };
}

/** A claimed object is written when the cloud has made it its own, so that no ending of a policy hits it before. */
function isWrittenAfter({ written }: ObjectState, { intent, plan }: Outcome): boolean {
  if (intent === 'write') return true;
  const { operations } = plan;
  if (intent === 'undo' && operations.some(({ op }) => op === 'reanimate')) return true;
  return written && !operations.some(({ op }) => op === 'delete');
}

/**
 * The parts of one membership come one after the other and are added up. A write that does not speak of all members leaves
 * what was kept back of them before: only a complete membership says that it is made up for.
 */
function keptBackAfter(state: ObjectState, outcome: Outcome): ObjectState['keptBack'] {
  const { intent, result, keptBack, membership, part } = outcome;
  if (result === 'failed' || (intent !== 'write' && intent !== 'remove')) return state.keptBack;
  if (!state.keptBack) return keptBack;
  if (part && part.part > 1) return addParts(state.keptBack, keptBack ?? nothingCounted);
  if (intent === 'remove' || membership === 'complete') return keptBack;
  const { membersAdded, membersRemoved } = state.keptBack;
  if (membersAdded + membersRemoved === 0) return keptBack;
  return addParts({ ...nothingCounted, membersAdded, membersRemoved }, keptBack ?? nothingCounted);
}

/**
 * Whether the hash of the members stays, and is that of members as they should be: a complete read
 * found nothing to change and nobody to leave out. Any change makes it void.
 */
function membersAfter({ adMembers }: ObjectState, outcome: Outcome): ObjectState['adMembers'] {
  const { intent, membership, membersAdded, membersRemoved, failure, leftOut, violations } = outcome;
  if (!adMembers || intent !== 'write' || membersAdded + membersRemoved > 0) return undefined;
  const wasWritten = outcome.result === 'applied' || outcome.result === 'unchanged';
  const asDesired = wasWritten && !failure && leftOut.length === 0;
  const drifted = violations.some(({ code }) => code === 'DRIFT_REPORTED');
  return membership === 'complete' && asDesired && !drifted ? { ...adMembers, verified: true } : adMembers;
}

/** A parent reads the one member that was missing; whether it still is a member, Graph says. */
async function tellParents(
  object: ObjectRef,
  outcome: Outcome,
  traceparent: string,
  deps: SettleDeps,
): Promise<void> {
  const parents = await deps.parentsWaitingFor(object);
  const receivedAt = momentOf(deps.now());
  const changes = parents.map((parent) => ({
    ...changeOf(parent, 'dependant', receivedAt),
    appeared: object.id,
  }));
  await deps.bus.send(
    'changes',
    changes.map((body) => ({ body })),
    { traceparent },
  );
  if (parents.length > 0)
    deps.log('dependants.called', { ...object, name: outcome.displayName, parents: parents.length });
}

async function tryAgain(
  outcome: Outcome,
  state: ObjectState,
  traceparent: string,
  deps: SettleDeps,
): Promise<void> {
  const needsMembers = outcome.failure?.needs === 'completeMembership';
  const atOnce = (needsMembers && state.attempts <= 1) || outcome.hold !== undefined;
  const delayMs = atOnce ? 0 : retryDelayMs(state.attempts - 1, deps.random());
  const body = changeOf(outcome.object, 'retry', outcome.times.receivedAt);
  if (atOnce) await deps.bus.send('changes', [{ body }], { traceparent });
  else if (!isAwaited(state, delayMs, deps.now())) await scheduleLook(body, delayMs, traceparent, deps);
}

/**
 * A first complete read may have been stale. What changed nothing needs no confirmation, nor does a
 * confirmation; a synchronisation is followed by a second look at everything.
 */
function needsConfirmation({ membership, membersAdded, membersRemoved, cause }: Outcome): boolean {
  if (cause === 'confirmation' || cause === 'synchronisation') return false;
  return membership === 'complete' && membersAdded + membersRemoved > 0;
}

async function confirm(outcome: Outcome, traceparent: string, deps: SettleDeps): Promise<void> {
  const notBefore = new Date(deps.now().getTime() + deps.confirmAfterMs);
  const body = changeOf(outcome.object, 'confirmation', momentOf(notBefore));
  await deps.bus.send('changes', [{ body }], { notBefore, traceparent });
}

function changeOf(object: ObjectRef, cause: Intent['cause'], receivedAt: Moment): Change {
  const membership = object.kind === 'group' ? ({ read: 'complete' } as const) : ({ read: 'none' } as const);
  return { ...object, cause, membership, receivedAt, attempt: 0 };
}

function logSettled(outcome: Outcome, deps: Surroundings): void {
  deps.log(
    'outcome.settled',
    {
      ...outcome.object,
      name: outcome.displayName,
      intent: outcome.intent,
      cause: outcome.cause,
      reason: outcome.reason,
      rule: outcome.rule,
      result: outcome.result,
      operations: outcome.plan.operations.map(({ op }) => op),
      membersAdded: outcome.membersAdded,
      membersRemoved: outcome.membersRemoved,
      leftOut: outcome.leftOut.length,
      ...(outcome.failure && { code: outcome.failure.code, message: outcome.failure.message }),
      ...stagesOf(outcome),
    },
    outcome.failure ? 'warn' : 'info',
  );
}
