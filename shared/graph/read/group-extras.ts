import { z } from 'zod';
import type { EntraId } from '../../domain/index.ts';
import { type Answer, complete } from '../failure.ts';
import type { Requester } from '../request/requester.ts';
import { Ref } from '../schema/fields.ts';
import { understand } from '../schema/understand.ts';
import { collect } from './collect.ts';
import { pageSize, query } from './query.ts';

export async function readOwners(requester: Requester, id: EntraId): Promise<Answer<readonly EntraId[]>> {
  const path = query(`/v1.0/groups/${id}/owners`, ['id'], pageSize);
  const owners = await collect(requester, { path, permission: 'GroupMember.Read.All' }, Ref);
  return owners.outcome === 'complete' ? complete(owners.value.map((owner) => owner.id)) : owners;
}

/**
 * Administrative units that hold the group. They stand among its parents; a list cast to their type
 * would be answered from an index that runs behind.
 */
export async function readAdministrativeUnits(
  requester: Requester,
  id: EntraId,
): Promise<Answer<readonly EntraId[]>> {
  const path = query(`/v1.0/groups/${id}/memberOf`, ['id'], pageSize);
  const parents = await collect(requester, { path, permission: 'AdministrativeUnit.Read.All' }, Ref);
  if (parents.outcome === 'failed') return parents;
  const units = parents.value.filter(
    (parent) => parent['@odata.type'] === '#microsoft.graph.administrativeUnit',
  );
  return complete(units.map((unit) => unit.id));
}

const Behavior = z.looseObject({ isCloudManaged: z.boolean().nullable() });

/** Whether the source of authority was moved to the cloud. Graph has no permission that only reads this. */
export async function readSyncBehavior(requester: Requester, id: EntraId): Promise<Answer<boolean | null>> {
  const path = query(`/v1.0/groups/${id}/onPremisesSyncBehavior`, ['isCloudManaged']);
  const reply = await requester.send({ path, permission: 'Group-OnPremisesSyncBehavior.ReadWrite.All' });
  if (reply.outcome === 'failed') return reply;
  const read = understand(Behavior, reply.value.body, `/groups/${id}/onPremisesSyncBehavior`);
  return read.outcome === 'complete' ? complete(read.value.isCloudManaged) : read;
}
