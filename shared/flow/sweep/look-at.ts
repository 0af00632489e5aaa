import { desiredObject } from '../../desired/index.ts';
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
import { listDecides, listSuffices } from './is-written.ts';
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
  /** Not written, and nothing new about that. */
  | { readonly look: 'nothing' };

/**
 * Decides what to do about one object of a page. A page of Graph's list is a snapshot of each object,
 * so that what has not changed costs no further request.
 */
export async function lookAt(
  snapshot: LiveSnapshot,
  sweep: Sweep,
  policy: Policy,
  deps: LookDeps,
): Promise<Look> {
  const { kind, id } = snapshot;
  const state = await deps.states.load({ kind, id });
  const call = callOf(snapshot, momentOf(deps.now()));
  const look = listDecides(kind, requirements(policy))
    ? await decide(snapshot, state, sweep, policy, call, deps)
    : call(membersOf(snapshot, state, sweep, deps.now()), 'sweep');
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

async function decide(
  snapshot: LiveSnapshot,
  state: ObjectState,
  sweep: Sweep,
  policy: Policy,
  call: Call,
  deps: LookDeps,
): Promise<Look> {
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
  const look = await follow(snapshot, state, evaluation, sweep, policy, call, deps);
  const lane = evaluation.write?.settings.lane;
  return look.look === 'call' && lane ? { ...look, lane } : look;
}

/** What follows from the decision that the list leads to. */
async function follow(
  snapshot: LiveSnapshot,
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
  const members = membersOf(snapshot, state, sweep, deps.now());
  if (!listSuffices(snapshot.kind, requirements(policy))) return call(members, 'sweep');
  if (!evaluation.write) return { look: 'nothing' };
  const desired = desiredObject(snapshot, evaluation.write, policy.exchange);
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
