import type { EntraId, ReadOutcome, UserProperties } from '../../domain/index.ts';
import { type Answer, complete, failed } from '../failure.ts';
import type { Part } from '../request/batch.ts';
import { isNotFound } from '../request/failure-of.ts';
import type { Requester } from '../request/requester.ts';
import { extensionSelection, extensionsOf } from '../schema/extensions.ts';
import { Ref } from '../schema/fields.ts';
import { understand } from '../schema/understand.ts';
import { DeletedUser, LiveUser, userSelection } from '../schema/user.ts';
import type { Found, ReadNeeds } from '../types.ts';
import { deletedPath, find } from './find.ts';
import { onV1, query } from './query.ts';

const permission = 'User.Read.All';

/** Reads a user, alive or from the recycle bin, and the manager where it is needed. */
export async function readUser(
  requester: Requester,
  id: EntraId,
  { extensions = [], manager = false }: ReadNeeds,
): Promise<ReadOutcome<Found>> {
  const select = [...userSelection, ...extensionSelection(extensions)];
  const read = await find(requester, {
    live: { path: query(`/v1.0/users/${id}`, select), permission },
    liveSchema: LiveUser,
    deleted: { path: deletedPath(id, 'v1.0'), permission },
    deletedSchema: DeletedUser,
  });
  if (read.outcome === 'failed') return read;
  if (read.value.presence === 'notFound') return complete(read.value);
  const { presence, value, raw, readAt } = read.value;
  const asks = manager && presence === 'present' && mayHaveManager(value.properties);
  const above = asks ? await readManager(requester, id) : complete(null);
  if (above.outcome === 'failed') return failed(above.why);
  const properties = { ...value.properties, extensions: extensionsOf(raw, extensions), manager: above.value };
  return complete({ presence, snapshot: { kind: 'user', presence, id, readAt, properties } });
}

/** One that is synchronised from AD is never written, so that nothing would be done with a manager. */
export const mayHaveManager = ({ onPremisesSyncEnabled }: UserProperties): boolean =>
  onPremisesSyncEnabled !== true;

async function readManager(requester: Requester, id: EntraId): Promise<Answer<EntraId | null>> {
  const reply = await requester.send(onV1(managerOf(id)));
  return managerIn(reply.outcome === 'complete' ? complete(reply.value.body) : reply);
}

/** What asks for the manager of a user, alone or in a batch. */
export const managerOf = (id: EntraId): Part => ({ path: query(`/users/${id}/manager`, ['id']), permission });

/** The manager of a user; null where there is none, which Graph answers with a 404. */
export function managerIn(answer: Answer<unknown>): Answer<EntraId | null> {
  if (answer.outcome === 'failed') return isNotFound(answer.why) ? complete(null) : answer;
  const read = understand(Ref, answer.value, '/users/{id}/manager');
  return read.outcome === 'complete' ? complete(read.value.id) : read;
}
