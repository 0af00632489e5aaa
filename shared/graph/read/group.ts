import type { EntraId, GroupProperties, ReadOutcome } from '../../domain/index.ts';
import { type Answer, complete, failed } from '../failure.ts';
import type { Requester } from '../request/requester.ts';
import { extensionSelection, extensionsOf } from '../schema/extensions.ts';
import { DeletedGroup, groupSelection, LiveGroup, LiveGroupWithConfiguration } from '../schema/group.ts';
import type { Found, ReadNeeds } from '../types.ts';
import { deletedPath, find } from './find.ts';
import { readAdministrativeUnits, readOwners, readSyncBehavior } from './group-extras.ts';
import { query } from './query.ts';

/** Where groups are read: beta has the writeback configuration, v1.0 does not (neither do all clouds). */
export const groupVersion = (withConfiguration: boolean): 'v1.0' | 'beta' =>
  withConfiguration ? 'beta' : 'v1.0';

/**
 * Reads a group: its properties, and what else is needed. Alive, else from the recycle bin. One part
 * that cannot be read fails the whole, as a snapshot with a gap would decide wrongly.
 */
export async function readGroup(
  requester: Requester,
  withConfiguration: boolean,
  id: EntraId,
  needs: ReadNeeds,
): Promise<ReadOutcome<Found>> {
  const { extensions = [] } = needs;
  const permission = 'Group.Read.All';
  const select = [...groupSelection(withConfiguration), ...extensionSelection(extensions)];
  const read = await find(requester, {
    live: { path: query(`/${groupVersion(withConfiguration)}/groups/${id}`, select), permission },
    liveSchema: withConfiguration ? LiveGroupWithConfiguration : LiveGroup,
    deleted: { path: deletedPath(id, 'v1.0'), permission },
    deletedSchema: DeletedGroup,
  });
  if (read.outcome === 'failed') return read;
  if (read.value.presence === 'notFound') return complete(read.value);
  const { presence, value, raw, readAt } = read.value;
  const extras = presence === 'present' ? await readExtras(requester, id, needs) : complete({});
  if (extras.outcome === 'failed') return failed(extras.why);
  const properties = { ...value.properties, extensions: extensionsOf(raw, extensions), ...extras.value };
  return complete({ presence, snapshot: { kind: 'group', presence, id, readAt, properties } });
}

type Extras = Partial<Pick<GroupProperties, 'owners' | 'administrativeUnits' | 'isCloudManaged'>>;

async function readExtras(requester: Requester, id: EntraId, needs: ReadNeeds): Promise<Answer<Extras>> {
  const nothing = complete(null);
  const [owners, administrativeUnits, isCloudManaged] = await Promise.all([
    needs.owners ? readOwners(requester, id) : nothing,
    needs.administrativeUnits ? readAdministrativeUnits(requester, id) : nothing,
    needs.syncBehavior ? readSyncBehavior(requester, id) : nothing,
  ]);
  if (owners.outcome === 'failed') return owners;
  if (administrativeUnits.outcome === 'failed') return administrativeUnits;
  if (isCloudManaged.outcome === 'failed') return isCloudManaged;
  return complete({
    owners: owners.value,
    administrativeUnits: administrativeUnits.value,
    isCloudManaged: isCloudManaged.value,
  });
}
