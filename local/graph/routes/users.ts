import { contextOf, created, type Handler, noContent, ok } from '../http/exchange.ts';
import { notFound } from '../http/graph-error.ts';
import { idOfReference, objectBody } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { represent, selectionFor, typed } from '../odata/represent.ts';
import { schemaOf } from '../odata/schema.ts';
import {
  isSynchronization,
  refuseSynced,
  refuseTaken,
  requireProperties,
  writtenProperties,
} from '../rules/writing.ts';
import { readingRoutes, targetOf, visibleId } from './reading.ts';

const create: Handler = (request, { tenant }) => {
  const body = objectBody(request);
  requireProperties('user', body, [
    'accountEnabled',
    'displayName',
    'mailNickname',
    ...(isSynchronization(request) ? [] : ['passwordProfile']),
    'userPrincipalName',
  ]);
  const properties = writtenProperties(request, 'user', body, true);
  refuseTaken(tenant.store.keys.taken('user', properties));
  const user = tenant.create('user', properties);
  return created({
    '@odata.context': contextOf(request, 'users/$entity'),
    ...represent(user, schemaOf('user').byDefault),
  });
};

/** What the cloud may write on users that the directory synchronisation owns. */
const alwaysWritable = ['usageLocation', 'passwordPolicies', 'showInAddressList'];

const update: Handler = (request, world) => {
  const user = targetOf(request, world, 'user');
  const properties = writtenProperties(request, 'user', objectBody(request), false);
  if (!Object.keys(properties).every((name) => alwaysWritable.includes(name))) refuseSynced(request, user);
  refuseTaken(world.tenant.store.keys.taken('user', properties, user.id));
  world.tenant.update(user.id, properties);
  return noContent;
};

const remove: Handler = (request, world) => {
  const user = targetOf(request, world, 'user');
  refuseSynced(request, user);
  world.tenant.softDelete(user.id);
  return noContent;
};

const getManager: Handler = (request, world) => {
  const id = visibleId(request, world, 'user');
  const manager = world.view.object(world.view.linkedIds('manager', id)[0] ?? '');
  if (!manager) throw notFound('manager');
  const selection = selectionFor('user', request.version, request.query.get('$select'));
  return ok({
    '@odata.context': contextOf(request, 'directoryObjects/$entity'),
    ...typed(manager, selection),
  });
};

const setManager: Handler = (request, world) => {
  const user = targetOf(request, world, 'user');
  refuseSynced(request, user);
  const manager = idOfReference(objectBody(request)['@odata.id']);
  if (!world.tenant.find(manager)) throw notFound(manager);
  world.tenant.unlink('manager', user.id, [...world.tenant.store.links.of('manager', user.id)]);
  world.tenant.link('manager', user.id, [manager]);
  return noContent;
};

const removeManager: Handler = (request, world) => {
  const user = targetOf(request, world, 'user');
  refuseSynced(request, user);
  world.tenant.unlink('manager', user.id, [...world.tenant.store.links.of('manager', user.id)]);
  return noContent;
};

export const userRoutes: readonly Route[] = [
  ...readingRoutes('user', 2),
  route('POST', '/users', create),
  route('PATCH', '/users/{id}', update),
  route('DELETE', '/users/{id}', remove),
  route('GET', '/users/{id}/manager', getManager),
  route('PUT', '/users/{id}/manager/$ref', setManager),
  route('DELETE', '/users/{id}/manager/$ref', removeManager),
];
