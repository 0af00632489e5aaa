import { desiredObject, type UserFacts } from '../../desired/index.ts';
import {
  type Change,
  type Decision,
  type GroupSnapshot,
  type Moment,
  momentOf,
  type Snapshot,
} from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import {
  type Context,
  type Evaluation,
  evaluate,
  type GroupSettings,
  memberLimitOf,
  type Policy,
  requirements,
} from '../../policy/index.ts';
import type { ObjectState, ObjectStates } from '../../state/index.ts';
import { nameOf } from '../name-of.ts';
import { countedSnapshot } from './counted-snapshot.ts';
import { type Evaluated, type MembershipWish, patience } from './evaluate-change.ts';
import { type IntentHead, removeIntent, writeIntents } from './intents.ts';
import { type Members, noMembers, readMembers } from './members-to-write.ts';
import { emptyDelta } from './membership-history.ts';
import { membershipViolations } from './membership-violations.ts';
import { readSnapshot } from './read-snapshot.ts';
import { readRelated } from './related.ts';

export type DecideDeps = {
  readonly graph: Pick<
    Graph,
    'readObject' | 'readMembers' | 'readTransitiveMembers' | 'readMemberRecords' | 'countMembers'
  >;
  readonly states: Pick<ObjectStates, 'load'>;
  readonly policy: () => Promise<Policy>;
  /** What the decision depends on besides object and policy. */
  readonly context: (change: Change, state: ObjectState, policy: Policy) => Promise<Context>;
  readonly now: () => Date;
  readonly newId: () => string;
};

/** Reads the object, asks the policy, and makes the intents. Reads only. */
export function createDecide(deps: DecideDeps) {
  return async (change: Change, wish: MembershipWish, state: ObjectState): Promise<Evaluated> => {
    const policy = await deps.policy();
    const readAt = momentOf(deps.now());
    const read = await readSnapshot(change, state, deps.graph, requirements(policy), readAt);
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
  given: Snapshot,
  policy: Policy,
  context: Context,
  deps: DecideDeps,
): Promise<Evaluated> {
  const snapshot = await countedSnapshot(given, state, policy, deps.graph);
  if ('failed' in snapshot) return { step: 'unreadable', why: snapshot.failed };
  const first = evaluate({ snapshot, policy, context });
  if (!first.write || snapshot.presence === 'deleted') {
    return conclude(change, state, snapshot, first, policy, noMembers, deps);
  }
  if (first.write.kind !== 'group' || snapshot.kind !== 'group') {
    const related = await readRelated(snapshot, deps);
    if (related.outcome !== 'complete') return { step: 'unreadable', why: related.why };
    const { facts, waitsFor } = related.value;
    const members = { ...noMembers, waitsFor };
    return conclude(change, state, related.value.snapshot, first, policy, members, deps, facts);
  }
  return decideGroup(change, wish, state, snapshot, policy, context, deps);
}

/**
 * A complete read counts the members exactly, and the decision is made once more by that number: it
 * may pass the limit, or another rule. Then the members are read as that rule says.
 */
async function decideGroup(
  change: Change,
  wish: MembershipWish,
  state: ObjectState,
  given: GroupSnapshot,
  policy: Policy,
  context: Context,
  deps: DecideDeps,
): Promise<Evaluated> {
  let snapshot = given;
  for (const _round of ['as counted by the index', 'as counted by reading']) {
    const evaluation = evaluate({ snapshot, policy, context });
    if (evaluation.write?.kind !== 'group')
      return conclude(change, state, snapshot, evaluation, policy, noMembers, deps);
    const { settings } = evaluation.write;
    const asked: MembershipWish = mayExceed(snapshot, settings, wish, state) ? { read: 'complete' } : wish;
    const members = await readMembers(change, asked, state, snapshot, settings, policy, deps);
    if ('failed' in members) return { step: 'unreadable', why: members.failed };
    if (members.count === undefined)
      return conclude(change, state, snapshot, evaluation, policy, members, deps);
    snapshot = withExactCount(snapshot, settings, members.count);
    const second = evaluate({ snapshot, policy, context });
    if (!second.write || second.write.settings === settings)
      return conclude(change, state, snapshot, second, policy, members, deps);
  }
  const message = `The members of ${given.id} change while they are counted.`;
  return { step: 'unreadable', why: { code: 'MEMBERS_CHANGING', message, retry: 'later' } };
}

/** Rules ask for direct members; where members of members are written, only the limit is about those. */
function withExactCount(group: GroupSnapshot, settings: GroupSettings, count: number): GroupSnapshot {
  const { memberCount } = group.properties;
  const isDirect = settings.nesting !== 'flatten' || memberCount === null;
  if (!isDirect && count <= memberLimitOf(group, settings)) return group;
  return { ...group, properties: { ...group.properties, memberCount: count } };
}

/** Would a group pass its limit with these members? Then all are counted, which a delta does not do. */
function mayExceed(
  snapshot: GroupSnapshot,
  settings: GroupSettings,
  wish: MembershipWish,
  { memberCount }: ObjectState,
): boolean {
  if (wish.read !== 'delta' || memberCount === undefined) return false;
  return memberCount + wish.delta.added.length > memberLimitOf(snapshot, settings);
}

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
  const { count: memberCount } = members;
  const lane = laneOf(change.kind, decision.rule, policy);
  const common = {
    step: 'decided',
    snapshot,
    decision,
    displayName: head.displayName,
    memberCount,
    lane,
  } as const;
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

/** The rule says how fast its objects are, also while it ends them. */
function laneOf(kind: Change['kind'], rule: string | null, policy: Policy): 'normal' | 'fast' {
  const rules = { group: policy.groups, user: policy.users, device: policy.devices }[kind];
  return rules.find(({ name }) => name === rule)?.settings.lane ?? 'normal';
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
