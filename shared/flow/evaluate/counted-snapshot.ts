import type { ReadFailure, Snapshot } from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import { type Policy, requirements } from '../../policy/index.ts';
import type { ObjectState } from '../../state/index.ts';

/**
 * The snapshot with the number of its direct members, where the decision depends on it: a rule asks for
 * it, or the group was too large when it was looked at last, so that one request may spare hundreds.
 * Where members were removed since, all are read instead, since the count may not know of it yet.
 */
export async function countedSnapshot<S extends Snapshot>(
  snapshot: S,
  state: ObjectState,
  policy: Policy,
  graph: Pick<Graph, 'countMembers'>,
): Promise<S | { readonly failed: ReadFailure }> {
  if (snapshot.kind !== 'group' || snapshot.presence !== 'present') return snapshot;
  const { id, properties } = snapshot;
  const asked = requirements(policy).groups.memberCount;
  const large = state.lastDecision?.reason === 'TOO_MANY_MEMBERS' && state.pending.removed.length === 0;
  if (properties.memberCount !== null || !(asked || large)) return snapshot;
  const read = await graph.countMembers([{ id, hidden: properties.visibility === 'HiddenMembership' }]);
  if (read.outcome !== 'complete') return { failed: read.why };
  const memberCount = read.value.get(id);
  if (memberCount !== undefined) return { ...snapshot, properties: { ...properties, memberCount } };
  return asked ? { failed: uncounted(id) } : snapshot;
}

const uncounted = (id: string): ReadFailure => ({
  code: 'MEMBERS_UNCOUNTED',
  message: `Graph gives no count of the members of ${id}, which a rule of the policy asks for. Where its membership is hidden, grant the application permission Member.Read.Hidden.`,
  retry: 'later',
  needsPerson: true,
});
