import { z } from 'zod';
import type { EntraId, ReadOutcome } from '../../domain/index.ts';
import { complete, failed } from '../failure.ts';
import { batchSize, sendBatch } from '../request/batch.ts';
import { isNotFound } from '../request/failure-of.ts';
import type { Requester } from '../request/requester.ts';
import { understand } from '../schema/understand.ts';

/** A group whose direct members are to be counted. `hidden`: its membership is hidden. */
export type Countable = { readonly id: EntraId; readonly hidden: boolean };

const Counted = z.looseObject({ '@odata.count': z.int().min(0) });

/**
 * Counts direct members, 20 groups to a request. Graph counts in an index that may be some seconds
 * behind the truth, hence `ConsistencyLevel: eventual`. Groups that Graph does not know are absent from
 * the answer, and so are those with hidden members of which none shows: they may be invisible to us.
 */
export async function countMembers(
  requester: Requester,
  groups: readonly Countable[],
): Promise<ReadOutcome<ReadonlyMap<EntraId, number>>> {
  const counts = new Map<EntraId, number>();
  for (let from = 0; from < groups.length; from += batchSize) {
    const slice = groups.slice(from, from + batchSize);
    const answers = await sendBatch(requester, slice.map(partOf));
    if (answers.outcome === 'failed') return answers;
    for (const [index, { id, hidden }] of slice.entries()) {
      const answer = answers.value[index];
      if (answer?.outcome !== 'complete') {
        if (!answer || isNotFound(answer.why)) continue;
        return failed(answer.why);
      }
      const read = understand(Counted, answer.value, `/groups/${id}/members`);
      if (read.outcome === 'failed') return read;
      const count = read.value['@odata.count'];
      if (!hidden || count > 0) counts.set(id, count);
    }
  }
  return complete(counts);
}

/** One member comes along, since a list cannot be asked for none. */
const partOf = ({ id }: Countable) => ({
  path: `/groups/${id}/members?$count=true&$top=1&$select=id`,
  headers: { ConsistencyLevel: 'eventual' },
  permission: 'GroupMember.Read.All',
});
