import { contextOf, created, type Handler, noContent } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import { boundIds, objectBody } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { represent } from '../odata/represent.ts';
import { schemaOf } from '../odata/schema.ts';
import { checkGroupChange, checkNewGroup, mailDefaults } from '../rules/group.ts';
import { checkedMembers, checkMembersWritable, checkNewReferences } from '../rules/membership.ts';
import {
  isSynchronization,
  refuseSynced,
  refuseTaken,
  requireProperties,
  writtenProperties,
} from '../rules/writing.ts';
import { secondsOf } from '../tenant/date-time.ts';
import { isExchangeMastered } from '../tenant/objects.ts';
import { readingRoutes, targetOf } from './reading.ts';

const create: Handler = (request, world) => {
  const { tenant } = world;
  const body = objectBody(request);
  requireProperties('group', body, ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled']);
  const properties = writtenProperties(request, 'group', body, true);
  if (!isSynchronization(request)) checkNewGroup(properties);
  refuseTaken(tenant.store.keys.taken('group', properties));

  const links = { members: boundIds(body, 'members'), owners: boundIds(body, 'owners') };
  const id = tenant.nextId();
  const group = { kind: 'group', id, properties, deletedAt: undefined, severed: [] } as const;
  checkNewReferences(world, 'members', id, links.members);
  checkNewReferences(world, 'owners', id, links.owners);
  checkedMembers(world, group, links.members);

  const now = secondsOf(tenant.now());
  const made = tenant.create(
    'group',
    { renewedDateTime: now, ...mailDefaults(properties, tenant.settings.defaultDomain), ...properties },
    links,
    id,
  );
  return created({
    '@odata.context': contextOf(request, 'groups/$entity'),
    ...represent(made, schemaOf('group').byDefault),
  });
};

const update: Handler = (request, world) => {
  const group = targetOf(request, world, 'group');
  const body = objectBody(request);
  const properties = writtenProperties(request, 'group', body, false);
  const members = boundIds(body, 'members');
  const owners = boundIds(body, 'owners');

  const isOnlyConfiguration = Object.keys(properties).every((name) => name === 'writebackConfiguration');
  if (!isSynchronization(request)) {
    if (!isOnlyConfiguration) refuseSynced(request, group);
    if (Object.keys(properties).length > 0) checkGroupChange(group, properties);
  }
  refuseTaken(world.tenant.store.keys.taken('group', properties, group.id));
  if (members.length > 0) {
    checkMembersWritable(request, group);
    checkNewReferences(world, 'members', group.id, members);
    checkedMembers(world, group, members);
  }
  checkNewReferences(world, 'owners', group.id, owners);
  world.tenant.update(group.id, properties, { members, owners });
  return noContent;
};

/** Cloud groups go to the recycle bin; synced and Exchange-mastered ones cannot be deleted here. */
const remove: Handler = (request, world) => {
  const group = targetOf(request, world, 'group');
  refuseSynced(request, group);
  if (isSynchronization(request)) {
    world.tenant.purge(group.id);
    return noContent;
  }
  if (isExchangeMastered(group.properties)) {
    throw invalidRequest('Cannot Delete a mail-enabled security groups and or distribution list.');
  }
  world.tenant.softDelete(group.id);
  return noContent;
};

export const groupRoutes: readonly Route[] = [
  ...readingRoutes('group', 1),
  route('POST', '/groups', create),
  route('PATCH', '/groups/{id}', update),
  route('DELETE', '/groups/{id}', remove),
];
