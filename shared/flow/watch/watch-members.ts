import {
  type Change,
  type EntraId,
  type MemberRecord,
  momentOf,
  type ObjectRef,
  type ReadFailure,
} from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { Dependants, WaitingMembers } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';
import { callDependants } from '../settle/follow-up.ts';

export type WakeDeps = Surroundings & {
  readonly graph: Pick<Graph, 'readMemberRecords'>;
  readonly waiting: Pick<WaitingMembers, 'groupsOf' | 'remove'>;
  readonly dependants: Pick<Dependants, 'of'>;
};

/**
 * Groups that had to leave an object out as a member, and whoever has it as manager or owner, are
 * evaluated again once AD has it: when it was synchronised from AD only afterwards. Costs nothing
 * where nobody waits, which is what nearly all changes of users and devices come to. Answers why it could not be found out.
 */
export async function wakeGroups(
  { id }: Pick<Change, 'id'>,
  traceparent: string,
  deps: WakeDeps,
): Promise<ReadFailure | undefined> {
  const groups: EntraId[] = await Array.fromAsync(deps.waiting.groupsOf(id));
  const dependants = await Array.fromAsync(deps.dependants.of(id));
  if (groups.length + dependants.length === 0) return undefined;
  const read = await deps.graph.readMemberRecords([id]);
  if (read.outcome !== 'complete') return read.why;
  const record = read.value.get(id);
  if (!record || !isInAd(record)) return undefined;
  const parents: readonly ObjectRef[] = [
    ...groups.map((group) => ({ kind: 'group' as const, id: group })),
    ...dependants,
  ];
  await callDependants(parents, traceparent, deps);
  for (const group of groups) await deps.waiting.remove(group, [id]);
  deps.log('dependants.called', { kind: record.type, id, parents: parents.length, at: momentOf(deps.now()) });
  return undefined;
}

/** What AD masters has a SID there; a hybrid-joined device is a computer (its SID may not be told). */
const isInAd = ({ onPremisesSecurityIdentifier, trustType }: MemberRecord): boolean =>
  onPremisesSecurityIdentifier !== null || trustType === 'ServerAd';
