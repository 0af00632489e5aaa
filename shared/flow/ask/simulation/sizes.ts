import type { Change, GroupSnapshot, ReadFailure, Snapshot } from '../../../domain/index.ts';
import type { Graph } from '../../../graph/index.ts';
import { evaluate, type Policy, requirements } from '../../../policy/index.ts';
import type { ObjectState } from '../../../state/index.ts';
import type { SimulateDeps } from '../simulate.ts';

export type SizeDeps = Pick<SimulateDeps, 'context'> & { readonly graph: Pick<Graph, 'countMembers'> };

/** An object of the tenant, and what is known of it. */
export type Known = { readonly snapshot: Snapshot; readonly state: ObjectState };

/** How the sizes of groups became known, where anything depends on them. */
export type Sizes = {
  /** Counted now, by Graph. */
  readonly counted: number;
  /** Known from the last complete read and the feed since. */
  readonly remembered: number;
  /** Graph shows no count: the membership is hidden. */
  readonly unknown: number;
};

export const noSizes: Sizes = { counted: 0, remembered: 0, unknown: 0 };

/** The change that a simulation stands for: a look without a cause. */
export const lookAt = ({ kind, id, readAt }: Snapshot): Change => ({
  kind,
  id,
  cause: 'request',
  membership: { read: 'none' },
  receivedAt: readAt,
  attempt: 0,
});

/**
 * Gives groups their number of members where it decides something: all of them where a rule asks for it,
 * else those that the candidate would write, for their limit. One request counts 20 groups.
 */
export async function withSizes(
  objects: readonly Known[],
  policies: readonly Policy[],
  candidate: Policy,
  deps: SizeDeps,
): Promise<{ readonly objects: readonly Known[]; readonly sizes: Sizes } | { readonly failed: ReadFailure }> {
  const asked = policies.some((policy) => requirements(policy).groups.memberCount);
  const toCount = new Set<string>();
  let remembered = 0;
  for (const { snapshot, state } of objects) {
    if (!isGroup(snapshot)) continue;
    if (!asked && !(await wouldWrite(snapshot, state, candidate, deps))) continue;
    if (asked || state.memberCount === undefined) toCount.add(snapshot.id);
    else remembered += 1;
  }
  const groups = objects.flatMap(({ snapshot }) =>
    isGroup(snapshot) && toCount.has(snapshot.id)
      ? [{ id: snapshot.id, hidden: snapshot.properties.visibility === 'HiddenMembership' }]
      : [],
  );
  const read = await deps.graph.countMembers(groups);
  if (read.outcome !== 'complete') return { failed: read.why };
  const counts = read.value;
  const sized = objects.map(({ snapshot, state }): Known => {
    const memberCount = counts.get(snapshot.id) ?? (asked ? undefined : state.memberCount);
    if (memberCount === undefined || !isGroup(snapshot)) return { snapshot, state };
    return { snapshot: { ...snapshot, properties: { ...snapshot.properties, memberCount } }, state };
  });
  const sizes = { counted: counts.size, remembered, unknown: groups.length - counts.size };
  return { objects: sized, sizes };
}

const isGroup = (snapshot: Snapshot): snapshot is GroupSnapshot =>
  snapshot.kind === 'group' && snapshot.presence === 'present';

async function wouldWrite(
  snapshot: GroupSnapshot,
  state: ObjectState,
  policy: Policy,
  deps: SizeDeps,
): Promise<boolean> {
  const context = await deps.context(lookAt(snapshot), state, policy);
  return evaluate({ snapshot, policy, context }).write !== null;
}
