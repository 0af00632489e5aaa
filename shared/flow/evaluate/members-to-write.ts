import { cutDelta, cutMembership } from '../../desired/index.ts';
import {
  type Change,
  type EntraId,
  type GroupSnapshot,
  type LeftOut,
  type Membership,
  momentOf,
  type ReadFailure,
} from '../../domain/index.ts';
import { type GroupSettings, type Policy, requirements } from '../../policy/index.ts';
import type { ObjectState } from '../../state/index.ts';
import type { DecideDeps } from './decide-change.ts';
import { doubt } from './doubt-members.ts';
import type { MembershipWish } from './evaluate-change.ts';
import { createJudge } from './judge-members.ts';
import { emptyDelta } from './membership-history.ts';
import { readCompleteMembership, resolveDelta } from './read-membership.ts';

/** The members of a write: what to send, and what people must know. */
export type Members = {
  readonly memberships: readonly Membership[];
  readonly leftOut: readonly LeftOut[];
  readonly waitsFor: readonly EntraId[];
  readonly toWrite: readonly EntraId[];
  readonly stillPending: typeof emptyDelta;
  /** Counted by a complete read only. */
  readonly count: number | undefined;
};

export const noMembers: Members = {
  memberships: [{ kind: 'unchanged' }],
  leftOut: [],
  waitsFor: [],
  toWrite: [],
  stillPending: emptyDelta,
  count: undefined,
};

/** Reads the members of a group as they are wished for, and judges each. */
export async function readMembers(
  change: Change,
  wish: MembershipWish,
  state: ObjectState,
  snapshot: GroupSnapshot,
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
  const doubted = await doubt(change, { count, ...hidden }, state, deps.graph);
  if (doubted) return { failed: doubted };
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
const isHidden = ({ properties }: GroupSnapshot): boolean => properties.visibility === 'HiddenMembership';
