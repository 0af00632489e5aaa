import { contextOf, type GraphRequest, type Handler, noContent, ok } from '../http/exchange.ts';
import { invalidRequest, notFound } from '../http/graph-error.ts';
import { idParameter, parameter } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { listOfKind } from '../odata/list.ts';
import { deletedAmong } from '../odata/page.ts';
import { selectionFor, typed } from '../odata/represent.ts';
import { isGuid } from '../tenant/ids.ts';
import type { ObjectKind } from '../tenant/objects.ts';
import { kindOfCast } from './links.ts';

/** The recycle bin of devices is in beta only. */
const refuseEarlyDevices = ({ version }: GraphRequest, kind: ObjectKind): void => {
  if (kind === 'device' && version !== 'beta') {
    throw invalidRequest(`Resource not found for the segment 'microsoft.graph.device'.`, 'BadRequest');
  }
};

const list: Handler = (request, world) => {
  const kind = kindOfCast(request);
  refuseEarlyDevices(request, kind);
  return listOfKind(request, world, kind, deletedAmong(world.view.deletedIds(kind)));
};

const getOne: Handler = (request, { view }) => {
  const id = idParameter(request);
  const object = view.object(id);
  if (object?.deletedAt === undefined) throw notFound(id);
  const selection = selectionFor(object.kind, request.version, request.query.get('$select'));
  return ok({
    '@odata.context': contextOf(request, 'directoryObjects/$entity'),
    ...typed(object, selection),
  });
};

/** One path, two meanings: an id, or a kind to list. */
const get: Handler = (request, world) =>
  isGuid(parameter(request, 'cast'))
    ? getOne({ ...request, parameters: { id: parameter(request, 'cast') } }, world)
    : list(request, world);

const remove: Handler = (request, { tenant }) => {
  const id = idParameter(request);
  if (tenant.store.objects.get(id)?.deletedAt === undefined) throw notFound(id);
  tenant.purge(id);
  return noContent;
};

const restore: Handler = (request, { tenant }) => {
  const id = idParameter(request);
  const object = tenant.store.objects.get(id);
  if (object?.deletedAt === undefined) throw notFound(id);
  const taken = tenant.store.keys.taken(object.kind, object.properties);
  if (taken) throw invalidRequest(`Another object with the same value for property ${taken} already exists.`);
  tenant.restore(id);
  return ok({
    '@odata.context': contextOf(request, 'directoryObjects/$entity'),
    ...typed(object, selectionFor(object.kind, request.version, null)),
  });
};

export const deletedItemRoutes: readonly Route[] = [
  route('GET', '/directory/deletedItems/{cast}', get),
  route('DELETE', '/directory/deletedItems/{id}', remove),
  route('POST', '/directory/deletedItems/{id}/restore', restore),
];
