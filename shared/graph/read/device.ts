import { z } from 'zod';
import { EntraId, type ReadOutcome, type Sid } from '../../domain/index.ts';
import { type Answer, complete, failed } from '../failure.ts';
import type { Part } from '../request/batch.ts';
import type { Requester } from '../request/requester.ts';
import { DeletedDevice, deviceSelection, LiveDevice } from '../schema/device.ts';
import { sid } from '../schema/fields.ts';
import type { Found } from '../types.ts';
import { collect, onlyPage } from './collect.ts';
import { deletedPath, find } from './find.ts';
import { onV1, pageSize, query } from './query.ts';

const permission = 'Device.Read.All';

/**
 * Reads a device with its registered owners and users, whom its feed does not track. Only Graph beta
 * has devices in the recycle bin.
 */
export async function readDevice(requester: Requester, id: EntraId): Promise<ReadOutcome<Found>> {
  const read = await find(requester, {
    live: { path: query(`/v1.0/devices/${id}`, deviceSelection), permission },
    liveSchema: LiveDevice,
    deleted: { path: deletedPath(id, 'beta'), permission: 'Directory.Read.All' },
    deletedSchema: DeletedDevice,
  });
  if (read.outcome === 'failed') return read;
  if (read.value.presence === 'notFound') return complete(read.value);
  const { presence, value, readAt } = read.value;
  const isLive = presence === 'present';
  const [owners, users] = await Promise.all([
    isLive ? readPeople(requester, id, 'registeredOwners') : complete(null),
    isLive ? readPeople(requester, id, 'registeredUsers') : complete(null),
  ]);
  if (owners.outcome === 'failed') return failed(owners.why);
  if (users.outcome === 'failed') return failed(users.why);
  const properties = { ...value.properties, registeredOwners: owners.value, registeredUsers: users.value };
  return complete({ presence, snapshot: { kind: 'device', presence, id, readAt, properties } });
}

type Person = { readonly id: EntraId; readonly sid: Sid | null };

const Person = z
  .object({ id: EntraId, onPremisesSecurityIdentifier: sid })
  .transform((raw): Person => ({ id: raw.id, sid: raw.onPremisesSecurityIdentifier }));

type Link = 'registeredOwners' | 'registeredUsers';

const readPeople = (requester: Requester, id: EntraId, link: Link): Promise<Answer<readonly Person[]>> =>
  collect(requester, onV1(peopleOf(id, link)), Person);

/** What asks for the people of a device, alone or in a batch. */
export const peopleOf = (id: EntraId, link: Link): Part => ({
  path: query(`/devices/${id}/${link}`, ['id', 'onPremisesSecurityIdentifier'], pageSize),
  permission,
});

export const peopleIn = (answer: Answer<unknown>): Answer<readonly Person[]> =>
  onlyPage(Person, answer, '/devices/{id}/registeredOwners');
