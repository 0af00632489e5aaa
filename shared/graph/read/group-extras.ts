import { z } from 'zod';
import type { EntraId } from '../../domain/index.ts';
import { type Answer, complete } from '../failure.ts';
import type { Part } from '../request/batch.ts';
import type { Requester } from '../request/requester.ts';
import { Ref } from '../schema/fields.ts';
import { understand } from '../schema/understand.ts';
import { collect, onlyPage } from './collect.ts';
import { onV1, pageSize, query } from './query.ts';

/** What asks for the owners of a group, alone or in a batch. */
export const ownersOf = (id: EntraId): Part => ({
  path: query(`/groups/${id}/owners`, ['id'], pageSize),
  permission: 'GroupMember.Read.All',
});

export const readOwners = async (requester: Requester, id: EntraId): Promise<Answer<readonly EntraId[]>> =>
  idsOf(await collect(requester, onV1(ownersOf(id)), Ref));

export const ownersIn = (answer: Answer<unknown>): Answer<readonly EntraId[]> =>
  idsOf(onlyPage(Ref, answer, '/groups/{id}/owners'));

/**
 * What asks for the administrative units that hold the group. They stand among its parents; a list cast to
 * their type would be answered from an index that runs behind.
 */
export const parentsOf = (id: EntraId): Part => ({
  path: query(`/groups/${id}/memberOf`, ['id'], pageSize),
  permission: 'AdministrativeUnit.Read.All',
});

export const readAdministrativeUnits = async (
  requester: Requester,
  id: EntraId,
): Promise<Answer<readonly EntraId[]>> => idsOf(await collect(requester, onV1(parentsOf(id)), Ref), isUnit);

export const administrativeUnitsIn = (answer: Answer<unknown>): Answer<readonly EntraId[]> =>
  idsOf(onlyPage(Ref, answer, '/groups/{id}/memberOf'), isUnit);

type Found = z.output<typeof Ref>;

const isUnit = (parent: Found): boolean => parent['@odata.type'] === '#microsoft.graph.administrativeUnit';

const idsOf = (
  refs: Answer<readonly Found[]>,
  wanted: (ref: Found) => boolean = () => true,
): Answer<readonly EntraId[]> =>
  refs.outcome === 'complete' ? complete(refs.value.filter(wanted).map(({ id }) => id)) : refs;

const Behavior = z.looseObject({ isCloudManaged: z.boolean().nullable() });

/**
 * What asks whether the source of authority of a group was moved to the cloud. Graph has no permission that
 * only reads this.
 */
export const behaviorOf = (id: EntraId): Part => ({
  path: query(`/groups/${id}/onPremisesSyncBehavior`, ['isCloudManaged']),
  permission: 'Group-OnPremisesSyncBehavior.ReadWrite.All',
});

export async function readSyncBehavior(requester: Requester, id: EntraId): Promise<Answer<boolean | null>> {
  const reply = await requester.send(onV1(behaviorOf(id)));
  return behaviorIn(reply.outcome === 'complete' ? complete(reply.value.body) : reply);
}

export function behaviorIn(answer: Answer<unknown>): Answer<boolean | null> {
  if (answer.outcome === 'failed') return answer;
  const read = understand(Behavior, answer.value, '/groups/{id}/onPremisesSyncBehavior');
  return read.outcome === 'complete' ? complete(read.value.isCloudManaged) : read;
}
