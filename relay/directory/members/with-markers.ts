import type { Dn } from '../../../shared/domain/index.ts';
import type { ObservedMember } from '../../plan/observed.ts';
import { bytesOf } from '../connection/entry.ts';
import type { ExtendedDn } from '../names/alternative.ts';
import { belowAnyOf } from '../names/dn.ts';
import { guidFromBytes } from '../names/guid.ts';
import { filterBatch, inBatches } from '../read/batches.ts';
import { anyOf, hasGuid } from '../read/filters.ts';
import { findAll, type Reader } from '../read/find.ts';
import { attributesWithMarker, markerKeyOf } from '../read/marker-of-entry.ts';

/** The members with the key of their marker. Only those that stand below one of the containers are looked up. */
export async function withMarkers(
  reader: Reader,
  baseDn: Dn,
  members: readonly ExtendedDn[],
  containers: readonly string[],
): Promise<readonly ObservedMember[]> {
  const isOurs = belowAnyOf(containers);
  const ours = members.filter(({ dn }) => isOurs(dn));
  const keys = new Map(
    await inBatches(ours, filterBatch, async (batch) => {
      const filter = anyOf(batch.map(({ guid }) => hasGuid(guid)));
      const found = await findAll(reader, baseDn, filter, ['objectGUID', 'cn', ...attributesWithMarker]);
      return found.flatMap((entry) => {
        const guid = bytesOf(entry, 'objectGUID');
        return guid === undefined ? [] : [[guidFromBytes(guid), markerKeyOf(entry)] as const];
      });
    }),
  );
  return members.map((member) => ({ ...member, markerKey: keys.get(member.guid) }));
}
