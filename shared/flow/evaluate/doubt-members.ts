import type { Change, ReadFailure } from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { ObjectState } from '../../state/index.ts';
import { patience } from './evaluate-change.ts';

/**
 * A second opinion on a read that shows no members where there were some: a list that is empty because
 * something is broken comes with status 200 like any other. The count comes from an index, which is
 * another system. Answers why the read is not believed; it is tried again for some minutes, as what
 * was removed must not stay for ever because an index is wrong.
 */
export async function doubt(
  { id, attempt }: Pick<Change, 'id' | 'attempt'>,
  read: { readonly count: number; readonly hidden: boolean },
  { memberCount = 0 }: Pick<ObjectState, 'memberCount'>,
  graph: Pick<Graph, 'countMembers'>,
): Promise<ReadFailure | undefined> {
  if (read.count > 0 || memberCount === 0 || attempt >= patience) return undefined;
  const second = await graph.countMembers([{ id, hidden: read.hidden }]);
  if (second.outcome !== 'complete') return second.why.retry === 'later' ? second.why : undefined;
  const counted = second.value.get(id) ?? 0;
  if (counted === 0) return undefined;
  return {
    code: 'MEMBERS_VANISHED',
    message: `Graph lists no members of ${id} and counts ${counted}. Nothing is removed; both are asked again for some minutes.`,
    retry: 'later',
  };
}
