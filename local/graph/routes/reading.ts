import type { GraphRequest, Handler, Reply, World } from '../http/exchange.ts';
import { invalidRequest, notFound } from '../http/graph-error.ts';
import { idParameter, parameter } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { listOfKind, oneOfKind } from '../odata/list.ts';
import { type Candidates, liveAmong, pageOf } from '../odata/page.ts';
import { listQuery } from '../odata/query.ts';
import { schemaOf } from '../odata/schema.ts';
import { isGuid } from '../tenant/ids.ts';
import type { DirectoryObject, ObjectKind } from '../tenant/objects.ts';

/** Finds the id that a path means: the id itself, or an alternate key (`deviceId='…'`, a user principal name). */
export const idInPath = (request: GraphRequest, { tenant }: World, kind: ObjectKind): string => {
  const text = parameter(request, 'id');
  const [, property, value] = text.match(/^(\w+)='(.*)'$/) ?? [];
  if (property !== undefined && value !== undefined) {
    const id = tenant.store.keys.find(kind, property, value);
    if (id === undefined) throw notFound(value);
    return id;
  }
  if (kind === 'user' && !isGuid(text)) {
    const id = tenant.store.keys.find(kind, 'userPrincipalName', text);
    if (id === undefined) throw notFound(text);
    return id;
  }
  return idParameter(request);
};

/** The live object that a path means, by the truth and not by a replica: for writing. */
export const targetOf = (request: GraphRequest, world: World, kind: ObjectKind): DirectoryObject => {
  const id = idInPath(request, world, kind);
  const object = world.tenant.find(id);
  if (object?.kind !== kind) throw notFound(id);
  return object;
};

/** The id of an object that the reader can see. @throws GraphError 404 when it cannot be seen (yet). */
export const visibleId = (request: GraphRequest, world: World, kind: ObjectKind): string => {
  const id = idInPath(request, world, kind);
  const seen = world.view.object(id);
  if (seen?.kind !== kind || seen.deletedAt !== undefined) throw notFound(id);
  return id;
};

const list =
  (kind: ObjectKind): Handler =>
  (request, world) =>
    listOfKind(request, world, kind, liveAmong(world.view.liveIds(kind)));

const get =
  (kind: ObjectKind): Handler =>
  (request, world) => {
    const id = idInPath(request, world, kind);
    const reply = oneOfKind(request, world, id, kind);
    if (!reply) throw notFound(id);
    return reply;
  };

/** `$count` as a path segment answers a bare number, and only to those who accept a lagging index. */
export const countReply = (request: GraphRequest, world: World, candidates: Candidates): Reply => {
  if (request.header('consistencylevel')?.toLowerCase() !== 'eventual') {
    throw invalidRequest(
      `$count is not currently supported without the header 'ConsistencyLevel: eventual'.`,
      'Request_BadRequest',
    );
  }
  request.query.set('$count', 'true');
  return { status: 200, text: String(pageOf(candidates, world.view, listQuery(request)).count ?? 0) };
};

/** List, count and get of a collection. */
export const readingRoutes = (
  kind: ObjectKind,
  units: number,
  collection = schemaOf(kind).collection,
): readonly Route[] => [
  route('GET', `/${collection}`, list(kind), units),
  route(
    'GET',
    `/${collection}/$count`,
    (request, world) => countReply(request, world, liveAmong(world.view.liveIds(kind))),
    units,
  ),
  route('GET', `/${collection}/{id}`, get(kind), units),
];
