import {
  contextOf,
  type GraphRequest,
  type Handler,
  noContent,
  ok,
  type Reply,
  type World,
} from '../http/exchange.ts';
import { invalidRequest, notFound } from '../http/graph-error.ts';
import { idOfReference, idParameter, objectBody, parameter } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { listOfAny, listOfKind } from '../odata/list.ts';
import { type Candidates, liveAmong, nextLinkOf, pageOf } from '../odata/page.ts';
import { listQuery } from '../odata/query.ts';
import { schemaOf } from '../odata/schema.ts';
import { checkNewReferences } from '../rules/membership.ts';
import { type DirectoryObject, type LinkName, type ObjectKind, objectKinds } from '../tenant/objects.ts';
import { countReply, targetOf, visibleId } from './reading.ts';

/** The ids behind a reference as the reader sees them. */
export type ReadIds = (world: World, id: string) => readonly string[];

/** @throws GraphError 400 for a cast such as `microsoft.graph.user` that names no kind. */
export const kindOfCast = (request: GraphRequest): ObjectKind => {
  const cast = parameter(request, 'cast');
  const name = cast.match(/^(?:microsoft\.)?graph\.(\w+)$/i)?.[1]?.toLowerCase();
  const kind = objectKinds.find((each) => each.toLowerCase() === name);
  if (!kind) throw invalidRequest(`Resource not found for the segment '${cast}'.`, 'BadRequest');
  return kind;
};

/** The reading side of a reference: list, count, references, and the list cast to one kind. */
export const readLinkRoutes = (
  kind: ObjectKind,
  name: string,
  read: ReadIds,
  units = 1,
  collection = schemaOf(kind).collection,
): readonly Route[] => {
  const base = `/${collection}/{id}/${name}`;
  const all = (request: GraphRequest, world: World) =>
    liveAmong(read(world, visibleId(request, world, kind)));
  const ofCast = (request: GraphRequest, world: World) =>
    liveAmong(read(world, visibleId(request, world, kind)), kindOfCast(request));
  const get = (path: string, handle: Handler) => route('GET', `${base}${path}`, handle, units);
  return [
    get('', (request, world) => listOfAny(request, world, all(request, world))),
    get('/$count', (request, world) => countReply(request, world, all(request, world))),
    get('/$ref', (request, world) => references(request, world, all(request, world))),
    get('/{cast}', (request, world) =>
      listOfKind(request, world, kindOfCast(request), ofCast(request, world)),
    ),
    get('/{cast}/$count', (request, world) => countReply(request, world, ofCast(request, world))),
  ];
};

const references = (request: GraphRequest, world: World, candidates: Candidates): Reply => {
  const page = pageOf(candidates, world.view, listQuery(request));
  return ok({
    '@odata.context': contextOf(request, 'Collection($ref)'),
    ...(page.next ? { '@odata.nextLink': nextLinkOf(request, page.next) } : {}),
    value: page.objects.map(({ id }) => ({
      '@odata.id': `${request.origin}/v2/${world.tenant.tenantId}/directoryObjects/${id}`,
    })),
  });
};

/** Judges a change of references before it happens; throws what Graph would answer. */
export type LinkRule = {
  readonly mayWrite?: (request: GraphRequest, from: DirectoryObject) => void;
  readonly mayAdd?: (world: World, from: DirectoryObject, id: string) => void;
};

/** The writing side of a reference: `POST …/$ref` and `DELETE …/{target}/$ref`. */
export const writeLinkRoutes = (
  kind: ObjectKind,
  link: LinkName,
  rule: LinkRule = {},
  collection = schemaOf(kind).collection,
): readonly Route[] => {
  const base = `/${collection}/{id}/${link}`;
  const add: Handler = (request, world) => {
    const from = targetOf(request, world, kind);
    rule.mayWrite?.(request, from);
    const id = idOfReference(objectBody(request)['@odata.id']);
    if (!world.tenant.find(id)) throw notFound(id);
    rule.mayAdd?.(world, from, id);
    checkNewReferences(world, link, from.id, [id]);
    world.tenant.link(link, from.id, [id]);
    return noContent;
  };
  const remove: Handler = (request, world) => {
    const from = targetOf(request, world, kind);
    rule.mayWrite?.(request, from);
    const id = idParameter(request, 'target');
    if (world.tenant.unlink(link, from.id, [id]).length === 0) throw notFound(id);
    return noContent;
  };
  return [route('POST', `${base}/$ref`, add), route('DELETE', `${base}/{target}/$ref`, remove)];
};
