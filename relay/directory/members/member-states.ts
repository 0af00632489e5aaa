import type { Dn, ObjectGuid } from '../../../shared/domain/index.ts';
import { bytesOf } from '../connection/entry.ts';
import { guidFromBytes } from '../names/guid.ts';
import { filterBatch, inBatches } from '../read/batches.ts';
import { allOf, anyOf, equals, hasGuid } from '../read/filters.ts';
import { findAll, type Reader } from '../read/find.ts';

/**
 * Which of these objects are members of the group now. Asks the objects, through memberOf, so that its cost does not
 * grow with the group.
 */
export async function membersAmong(
  reader: Reader,
  baseDn: Dn,
  group: Dn,
  guids: readonly ObjectGuid[],
): Promise<ReadonlySet<ObjectGuid>> {
  const found = await inBatches(guids, filterBatch, async (batch) => {
    const filter = allOf([equals('memberOf', group), anyOf(batch.map(hasGuid))]);
    const entries = await findAll(reader, baseDn, filter, ['objectGUID']);
    return entries.flatMap((entry) => bytesOf(entry, 'objectGUID') ?? []);
  });
  return new Set(found.map(guidFromBytes));
}
