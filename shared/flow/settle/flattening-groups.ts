import type { ObjectRef } from '../../domain/index.ts';
import type { Policy } from '../../policy/index.ts';
import type { ObjectStates, WaitingMembers } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';
import { callDependants } from './follow-up.ts';

export type FlatteningDeps = Surroundings & {
  readonly waiting: Pick<WaitingMembers, 'groupsOf'>;
  readonly states: Pick<ObjectStates, 'load'>;
  readonly policy: () => Promise<Policy>;
};

/**
 * Calls the groups that have the members of this one in its place (nesting: flatten): to Graph their
 * own membership has not changed, so no feed speaks of them.
 */
export async function callFlattening(
  group: ObjectRef,
  traceparent: string,
  deps: FlatteningDeps,
): Promise<void> {
  const { groups } = await deps.policy();
  const flattening = new Set(
    groups.filter(({ settings }) => settings.nesting === 'flatten').map(({ name }) => name),
  );
  if (group.kind !== 'group' || flattening.size === 0) return;
  const parents: ObjectRef[] = [];
  for await (const id of deps.waiting.groupsOf(group.id)) {
    const parent: ObjectRef = { kind: 'group', id };
    const { lastDecision } = await deps.states.load(parent);
    if (lastDecision?.outcome === 'write' && flattening.has(lastDecision.rule ?? '')) parents.push(parent);
  }
  await callDependants(parents, traceparent, deps);
}
