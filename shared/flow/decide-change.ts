import { cutDelta, cutMembership, desiredObject, type UserFacts } from '../desired/index.ts';
import {
  type Change,
  type Decision,
  type EntraId,
  type LeftOut,
  type Membership,
  type Moment,
  momentOf,
  type ReadFailure,
  type Snapshot,
} from '../domain/index.ts';
import type { Graph } from '../graph/index.ts';
import {
  type Context,
  type Evaluation,
  evaluate,
  type GroupSettings,
  memberLimitOf,
  type Policy,
  requirements,
} from '../policy/index.ts';
import type { ObjectState, ObjectStates } from '../state/index.ts';
import { type Evaluated, type MembershipWish, patience } from './evaluate-change.ts';
import { type IntentHead, removeIntent, writeIntents } from './intents.ts';
import { createJudge } from './judge-members.ts';
import { emptyDelta } from './membership-history.ts';
import { membershipViolations } from './membership-violations.ts';
import { nameOf } from './name-of.ts';
import { readCompleteMembership, resolveDelta } from './read-membership.ts';
import { readSnapshot } from './read-snapshot.ts';
import { readRelated } from './related.ts';

export type DecideDeps = {
  readonly graph: Pick<Graph, 'readObject' | 'readMembers' | 'readTransitiveMembers' | 'readMemberRecords'>;
  readonly states: Pick<ObjectStates, 'load'>;
  readonly policy: () => Promise<Policy>;
  /** What the decision depends on besides object and policy. */
  readonly context: (change: Change, state: ObjectState, policy: Policy) => Promise<Context>;
  readonly now: () => Date;
  readonly newId: () => string;
};

/** The members of a write: what to send, and what people must know. */
type Members = {
  readonly memberships: readonly Membership[];
  readonly leftOut: readonly LeftOut[];
  readonly waitsFor: readonly EntraId[];
  readonly toWrite: readonly EntraId[];
  readonly stillPending: typeof emptyDelta;
  /** Counted by a complete read only. */
  readonly count: number | undefined;
};

/** Reads the object, asks the policy, and makes the intents. Reads only. */
export function createDecide(deps: DecideDeps) {
  return async (change: Change, wish: MembershipWish, state: ObjectState): Promise<Evaluated> => {
    const policy = await deps.policy();
    const read = await readSnapshot(change, deps.graph, requirements(policy), momentOf(deps.now()));
    if (read.read === 'failed') return { step: 'unreadable', why: read.why };
    // A read that contradicts a tombstone again and again is no lag: it is the current state.
    const stale = change.attempt >= patience ? read.stale : undefined;
    const snapshot = read.read === 'snapshot' ? read.snapshot : stale;
    if (!snapshot) return { step: 'unknown' };
    const context = await deps.context(change, state, policy);
    return decideSnapshot(change, wish, state, snapshot, policy, context, deps);
  };
}

/** The same from a snapshot that has been read already. */
export async function decideSnapshot(
  change: Change,
  wish: MembershipWish,
  state: ObjectState,
  snapshot: Snapshot,
  policy: Policy,
  context: Context,
  deps: DecideDeps,
): Promise<Evaluated> {
  const first = evaluate({ snapshot, policy, context });
  if (!first.write || snapshot.presence === 'deleted') {
    return conclude(change, state, snapshot, first, policy, noMembers, deps);
  }
  if (first.write.kind !== 'group') {
    const related = await readRelated(snapshot, deps);
    if (related.outcome !== 'complete') return { step: 'unreadable', why: related.why };
    const { facts, waitsFor } = related.value;
    const members = { ...noMembers, waitsFor };
    return conclude(change, state, related.value.snapshot, first, policy, members, deps, facts);
  }
  const asked = mayExceed(snapshot, first.write.settings, wish, state)
    ? ({ read: 'complete' } as const)
    : wish;
  const members = await readMembers(change, asked, state, snapshot, first.write.settings, policy, deps);
  if ('failed' in members) return { step: 'unreadable', why: members.failed };
  if (members.count === undefined || snapshot.kind !== 'group') {
    return conclude(change, state, snapshot, first, policy, members, deps);
  }
  // Only now the number of members is known, which the limits of the rule are about.
  const counted: Snapshot = {
    ...snapshot,
    properties: { ...snapshot.properties, memberCount: members.count },
  };
  const second = evaluate({ snapshot: counted, policy, context });
  return conclude(change, state, counted, second, policy, members, deps);
}

/** Would a group pass its limit with these members? Then all are counted, which a delta does not do. */
function mayExceed(
  snapshot: Snapshot,
  settings: GroupSettings,
  wish: MembershipWish,
  { memberCount }: ObjectState,
): boolean {
  if (wish.read !== 'delta' || memberCount === undefined) return false;
  if (snapshot.presence === 'deleted' || snapshot.kind !== 'group') return false;
  return memberCount + wish.delta.added.length > memberLimitOf(snapshot, settings);
}

const noMembers: Members = {
  memberships: [{ kind: 'unchanged' }],
  leftOut: [],
  waitsFor: [],
  toWrite: [],
  stillPending: emptyDelta,
  count: undefined,
};

async function readMembers(
  change: Change,
  wish: MembershipWish,
  state: ObjectState,
  snapshot: Snapshot,
  settings: GroupSettings,
  policy: Policy,
  deps: DecideDeps,
): Promise<Members | { readonly failed: ReadFailure }> {
  if (wish.read === 'none') return noMembers;
  const required = requirements(policy);
  const judge = createJudge(settings, required, deps.states);
  if (wish.read === 'delta') {
    const everyone = { nesting: settings.nesting, members: { kinds: allKinds } };
    const judgeRemoved = createJudge(everyone, required, deps.states);
    const delta = await resolveDelta(wish.delta, deps.graph, judge, judgeRemoved);
    if (delta.outcome !== 'complete') return { failed: delta.why };
    if (!delta.value.needsComplete) {
      const { add, remove, leftOut, toWrite, addedUnknown } = delta.value;
      const parts = cutDelta(add, remove);
      const stillPending = { added: addedUnknown, removed: [] };
      return {
        memberships: parts.length > 0 ? parts : [{ kind: 'unchanged' }],
        leftOut,
        waitsFor: idsOf(leftOut),
        toWrite,
        stillPending,
        count: undefined,
      };
    }
  }
  const readAt = momentOf(deps.now());
  const hidden = { hidden: isHidden(snapshot) };
  const pages =
    settings.nesting === 'flatten'
      ? deps.graph.readTransitiveMembers(change.id, hidden)
      : deps.graph.readMembers(change.id, hidden);
  const limit = settings.limits.members ?? highestLimit;
  const whole = await readCompleteMembership({
    group: change.id,
    pages,
    reader: deps.graph,
    judge,
    recent: change.cause === 'synchronisation' ? withoutAdditions(state.recent) : state.recent,
    now: deps.now(),
    limit,
  });
  if (whole.outcome !== 'complete') return { failed: whole.why };
  const { references, leftOut, toWrite, expanded, count } = whole.value;
  const memberships = count > limit ? [] : cutMembership(references, readAt);
  return {
    memberships,
    leftOut,
    waitsFor: [...idsOf(leftOut), ...expanded],
    toWrite,
    stillPending: emptyDelta,
    count,
  };
}

/** A feed that starts over may have lost a removal that followed an addition; a removal that it told stands. */
const withoutAdditions = (recent: ObjectState['recent']): ObjectState['recent'] =>
  recent.filter(({ change }) => change === 'removed');

const highestLimit = 250_000;
const allKinds: GroupSettings['members']['kinds'] = [
  'syncedUsers',
  'cloudUsers',
  'guests',
  'groups',
  'devices',
];
const idsOf = (leftOut: readonly LeftOut[]): readonly EntraId[] =>
  leftOut.flatMap(({ id }) => (id ? [id] : []));
const isHidden = (snapshot: Snapshot): boolean =>
  snapshot.presence !== 'deleted' &&
  snapshot.kind === 'group' &&
  snapshot.properties.visibility === 'HiddenMembership';

function conclude(
  change: Change,
  state: ObjectState,
  snapshot: Snapshot,
  evaluation: Evaluation,
  policy: Policy,
  members: Members,
  deps: DecideDeps,
  facts: UserFacts = {},
): Evaluated {
  const { decision } = evaluation;
  const decidedAt = momentOf(deps.now());
  const head: IntentHead = {
    object: { kind: change.kind, id: change.id },
    displayName: snapshot.presence === 'deleted' ? (state.displayName ?? snapshot.id) : nameOf(snapshot),
    cause: change.cause,
    decision,
    receivedAt: change.receivedAt,
    decidedAt,
  };
  const common = { step: 'decided', snapshot, decision, displayName: head.displayName } as const;
  const nothing = {
    intents: [],
    leftOut: [],
    waitsFor: [],
    toWrite: [],
    stillPending: emptyDelta,
    dueAt: undefined,
  };
  if (decision.outcome === 'write' && evaluation.write && snapshot.presence !== 'deleted') {
    const desired = desiredObject(snapshot, evaluation.write, policy.exchange, facts);
    const { leftOut, waitsFor, toWrite, stillPending } = members;
    const violations = [
      ...evaluation.violations,
      ...membershipViolations(head, leftOut, evaluation.write.settings.severity, decidedAt),
    ];
    const intents = writeIntents(head, desired, members.memberships, deps.newId);
    return { ...common, intents, violations, leftOut, waitsFor, toWrite, stillPending, dueAt: undefined };
  }
  if (decision.outcome === 'remove') {
    const due = dueOf(decision, state, decidedAt);
    if (due.passed) {
      return {
        ...common,
        ...nothing,
        intents: [removeIntent(head, decision, deps.newId)],
        violations: evaluation.violations,
      };
    }
    return { ...common, ...nothing, violations: evaluation.violations, dueAt: due.toSchedule };
  }
  return { ...common, ...nothing, violations: evaluation.violations };
}

/** A removal waits for its grace period, counted from when the object left scope; its alarm is set once. */
function dueOf(
  decision: Extract<Decision, { outcome: 'remove' }>,
  state: ObjectState,
  now: Moment,
): { readonly passed: boolean; readonly toSchedule: Moment | undefined } {
  const since = state.outOfScopeSince ?? now;
  const due = new Date(Date.parse(since) + decision.graceDays * 86_400_000);
  const passed = due.getTime() <= Date.parse(now);
  const alarmIsSet =
    state.outOfScopeSince !== undefined && state.lastDecision?.policyVersion === decision.policyVersion;
  return { passed, toSchedule: passed || alarmIsSet ? undefined : momentOf(due) };
}
