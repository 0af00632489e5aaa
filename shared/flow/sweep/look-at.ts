import { desiredObject, type UserFacts } from '../../desired/index.ts';
import {
  type Cause,
  type Change,
  type CompareRequest,
  type LiveSnapshot,
  type Moment,
  momentOf,
} from '../../domain/index.ts';
import { type Context, type Evaluation, evaluate, type Policy, requirements } from '../../policy/index.ts';
import type { ObjectState, ObjectStates } from '../../state/index.ts';
import type { Log } from '../log.ts';
import { nameOf } from '../name-of.ts';
import { hashOfDesired } from './hash.ts';
import { canComplete, listDecides, listSuffices } from './is-written.ts';
import { areMembersDue, wereReadTooSoon } from './members-due.ts';
import type { Sweep } from './sweep-state.ts';

export type LookDeps = {
  readonly states: Pick<ObjectStates, 'load' | 'update'>;
  readonly context: (change: Change, state: ObjectState, policy: Policy) => Promise<Context>;
  readonly now: () => Date;
  readonly log: Log;
};

/** One object for the relay to compare with AD. */
export type Compared = Extract<CompareRequest, { ask: 'objects' }>['objects'][number];

/** What follows from meeting an object in the list. */
export type Look =
  /** It needs a full evaluation. */
  | { readonly look: 'call'; readonly change: Change; readonly lane?: 'normal' | 'fast' }
  /** The cloud has nothing new; whether AD is still as we left it, the relay says. */
  | { readonly look: 'compare'; readonly compared: Compared }
  /** The list lacks what it is decided by, or written with: to be asked for, then looked at again. */
  | { readonly look: 'incomplete' }
  /** Not written, and nothing new about that. */
  | { readonly look: 'nothing' };

/** Whether a snapshot has all that it is decided by and written with; if not, whether that can be asked for. */
export type Completeness = 'complete' | 'listed' | 'incompletable';

/** An object as far as it is known: its snapshot, and the people that it names as AD knows them. */
export type Seen = {
  readonly snapshot: LiveSnapshot;
  readonly facts: UserFacts;
  readonly completeness: Completeness;
};

/** What a page of Graph's list shows of an object of this kind. */
export const listedAs = (kind: LiveSnapshot['kind'], policy: Policy): Completeness => {
  const needs = requirements(policy);
  if (listSuffices(kind, needs)) return 'complete';
  return canComplete(kind, needs) ? 'listed' : 'incompletable';
};

/**
 * Decides what to do about one object of a page. A page of Graph's list is a snapshot of each object,
 * so that what has not changed costs no further request, or a part of one where the list lacks something.
 */
export async function lookAt(seen: Seen, sweep: Sweep, policy: Policy, deps: LookDeps): Promise<Look> {
  const { snapshot, completeness } = seen;
  const { kind, id } = snapshot;
  const state = await deps.states.load({ kind, id });
  const call = callOf(snapshot, momentOf(deps.now()));
  const isDecided = completeness === 'complete' || listDecides(kind, requirements(policy));
  const look = isDecided
    ? await decide(seen, state, sweep, policy, call, deps)
    : wanting(snapshot, completeness, state, sweep, call, deps);
  if (look.look === 'incomplete') return look;
  const mayBeInAd = state.written || (state.lastDecision && state.lastDecision.outcome !== 'ignore');
  if (look.look !== 'nothing' || mayBeInAd) {
    await deps.states.update({ kind, id }, (now) => ({ ...now, listedAt: snapshot.readAt }));
  }
  return look;
}

type Call = (members: 'none' | 'complete', cause: Cause) => Look;

const callOf =
  ({ kind, id }: LiveSnapshot, receivedAt: Moment): Call =>
  (members, cause) => ({
    look: 'call',
    change: {
      kind,
      id,
      cause,
      membership: { read: kind === 'group' ? members : 'none' },
      receivedAt,
      attempt: 0,
    },
  });

/** What becomes of an object of which more must be known. */
const wanting = (
  snapshot: LiveSnapshot,
  completeness: Exclude<Completeness, 'complete'>,
  state: ObjectState,
  sweep: Sweep,
  call: Call,
  { now }: LookDeps,
): Look =>
  completeness === 'listed'
    ? { look: 'incomplete' }
    : call(membersOf(snapshot, state, sweep, now()), 'sweep');

async function decide(
  seen: Seen,
  state: ObjectState,
  sweep: Sweep,
  policy: Policy,
  call: Call,
  deps: LookDeps,
): Promise<Look> {
  const { snapshot } = seen;
  const asked: Change = {
    kind: snapshot.kind,
    id: snapshot.id,
    cause: 'sweep',
    membership: { read: 'none' },
    receivedAt: snapshot.readAt,
    attempt: 0,
  };
  const context = await deps.context(asked, state, policy);
  const evaluation = evaluate({ snapshot, policy, context });
  const look = await follow(seen, state, evaluation, sweep, policy, call, deps);
  const lane = evaluation.write?.settings.lane;
  return look.look === 'call' && lane ? { ...look, lane } : look;
}

/** What follows from the decision that the snapshot leads to. */
async function follow(
  { snapshot, facts, completeness }: Seen,
  state: ObjectState,
  evaluation: Evaluation,
  sweep: Sweep,
  policy: Policy,
  call: Call,
  deps: LookDeps,
): Promise<Look> {
  const everything = startsOver[sweep.why];
  if (evaluation.decision.outcome !== 'write') {
    const known = isKnown(evaluation, state);
    if (known || (!state.lastDecision && (await recordFirst(snapshot, evaluation, deps)))) {
      return { look: 'nothing' };
    }
    return call('none', everything ?? 'missed');
  }
  if (everything) return call('complete', everything);
  if (completeness !== 'complete') return wanting(snapshot, completeness, state, sweep, call, deps);
  const members = membersOf(snapshot, state, sweep, deps.now());
  if (!evaluation.write) return { look: 'nothing' };
  const desired = desiredObject(snapshot, evaluation.write, policy.exchange, facts);
  if (!isKnown(evaluation, state) || isUnsettled(state) || state.desiredHash !== hashOfDesired(desired)) {
    return call(members, 'missed');
  }
  if (members === 'complete') return call(members, wereReadTooSoon(state, sweep) ? 'confirmation' : 'sweep');
  const held = state.adMembers?.verified ? state.adMembers.hash : null;
  return { look: 'compare', compared: { desired, members: held } };
}

/** How the members are read where the object is called, for whichever reason. */
function membersOf(
  { kind, id }: LiveSnapshot,
  state: ObjectState,
  sweep: Sweep,
  now: Date,
): 'none' | 'complete' {
  if (kind !== 'group' || sweep.report) return 'none';
  return wereReadTooSoon(state, sweep) || areMembersDue(state, sweep, id, now) ? 'complete' : 'none';
}

/** Sweeps that leave out nothing, since what happened before is not known or counts no more. */
const startsOver: Readonly<Record<Sweep['why'], Cause | undefined>> = {
  firstSynchronisation: 'synchronisation',
  reset: 'synchronisation',
  policy: 'policy',
  request: undefined,
  schedule: undefined,
};

/** Whether the decision and all that it reports are what the last evaluation came to. A removal is looked at each time. */
function isKnown({ decision, violations }: Evaluation, { lastDecision, violations: open }: ObjectState) {
  return (
    decision.outcome !== 'remove' &&
    lastDecision?.outcome === decision.outcome &&
    lastDecision.reason === decision.reason &&
    lastDecision.rule === decision.rule &&
    violations.every(({ code }) => open.includes(code))
  );
}

const isUnsettled = ({ written, needs, pending, lastOutcome }: ObjectState): boolean =>
  !written ||
  needs !== undefined ||
  pending.added.length + pending.removed.length > 0 ||
  (lastOutcome?.result !== 'applied' && lastOutcome?.result !== 'unchanged');

/** An object that was never met and is not written is remembered as such, without another request. */
async function recordFirst(
  snapshot: LiveSnapshot,
  { decision, violations }: Evaluation,
  deps: LookDeps,
): Promise<boolean> {
  if (decision.outcome !== 'ignore' || violations.length > 0) return false;
  const { kind, id } = snapshot;
  const { outcome, reason, rule, policyVersion } = decision;
  await deps.states.update({ kind, id }, (state) => ({
    ...state,
    displayName: nameOf(snapshot),
    lastDecision: state.lastDecision ?? { outcome, reason, rule, policyVersion, at: snapshot.readAt },
  }));
  deps.log('change.decided', { kind, id, name: nameOf(snapshot), cause: 'sweep', outcome, reason, rule });
  return true;
}
