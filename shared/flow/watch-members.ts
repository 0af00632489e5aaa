import { type Change, type EntraId, type MemberRecord, momentOf, type ReadFailure } from '../domain/index.ts';
import type { Graph } from '../graph/index.ts';
import type { WaitingMembers } from '../state/index.ts';
import { callDependants } from './follow-up.ts';
import type { Surroundings } from './ports.ts';

export type WakeDeps = Surroundings & {
  readonly graph: Pick<Graph, 'readMemberRecords'>;
  readonly waiting: Pick<WaitingMembers, 'groupsOf' | 'remove'>;
};

/**
 * Groups that had to leave an object out as a member are evaluated again once AD has it: when it was
 * synchronised from AD after it joined the group. Costs nothing where no group waits, which is what
 * nearly all changes of users and devices come to. Answers why it could not be found out.
 */
export async function wakeGroups(
  { id }: Pick<Change, 'id'>,
  traceparent: string,
  deps: WakeDeps,
): Promise<ReadFailure | undefined> {
  const groups: EntraId[] = await Array.fromAsync(deps.waiting.groupsOf(id));
  if (groups.length === 0) return undefined;
  const read = await deps.graph.readMemberRecords([id]);
  if (read.outcome !== 'complete') return read.why;
  const record = read.value.get(id);
  if (!record || !isInAd(record)) return undefined;
  await callDependants(groups, traceparent, deps);
  for (const group of groups) await deps.waiting.remove(group, [id]);
  deps.log('dependants.called', { kind: record.type, id, parents: groups.length, at: momentOf(deps.now()) });
  return undefined;
}

/** What AD masters has a SID there; a hybrid-joined device is a computer (its SID may not be told). */
const isInAd = ({ onPremisesSecurityIdentifier, trustType }: MemberRecord): boolean =>
  onPremisesSecurityIdentifier !== null || trustType === 'ServerAd';
