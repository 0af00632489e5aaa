import type { SeenObject } from '../behaviour/lagging-view.ts';
import { contextOf, type GraphRequest, ok, type Reply, selected, type World } from '../http/exchange.ts';
import { mayRead } from '../http/permissions.ts';
import type { Json, ObjectKind } from '../tenant/objects.ts';
import { expanded } from './expand.ts';
import { type Candidates, nextLinkOf, type Page, pageOf } from './page.ts';
import { listQuery } from './query.ts';
import { lenientSelectionFor, represent, selectionFor, typed } from './represent.ts';
import { schemaOf } from './schema.ts';

/** Answers a page of objects of one kind. */
export const listOfKind = (
  request: GraphRequest,
  world: World,
  kind: ObjectKind,
  candidates: Candidates,
): Reply => {
  const query = listQuery(request);
  const selection = selectionFor(kind, request.version, query.select);
  const page = pageOf(candidates, world.view, query);
  return envelope(
    request,
    selected(schemaOf(kind).collection, query.select),
    page,
    page.objects.map((object) => ({
      ...represent(object, selection),
      ...expanded(request, world, object, query.expand),
    })),
  );
};

/** Answers a page of objects of any kind, each with its type. */
export const listOfAny = (request: GraphRequest, world: World, candidates: Candidates): Reply => {
  const query = listQuery(request);
  const page = pageOf(candidates, world.view, query);
  return envelope(
    request,
    selected('directoryObjects', query.select),
    page,
    page.objects.map((object) => {
      const selection = lenientSelectionFor(object.kind, request.version, query.select);
      const isReadable = mayRead(request.caller, schemaOf(object.kind).collection);
      return typed(isReadable ? object : withoutProperties(object), selection);
    }),
  );
};

/** What a caller without permission for a kind of member sees of it: all properties null but the id. */
const withoutProperties = (object: SeenObject): SeenObject => ({ ...object, properties: {} });

const envelope = (request: GraphRequest, fragment: string, page: Page, value: readonly Json[]): Reply =>
  ok({
    '@odata.context': contextOf(request, fragment),
    ...(page.count === undefined ? {} : { '@odata.count': page.count }),
    ...(page.next ? { '@odata.nextLink': nextLinkOf(request, page.next) } : {}),
    value,
  });

/** Answers one object. */
export const oneOfKind = (
  request: GraphRequest,
  world: World,
  id: string,
  kind: ObjectKind,
): Reply | undefined => {
  const object = world.view.object(id);
  if (!object || object.kind !== kind || object.deletedAt !== undefined) return undefined;
  const select = request.query.get('$select');
  return ok({
    '@odata.context': contextOf(request, `${selected(schemaOf(kind).collection, select)}/$entity`),
    ...represent(object, selectionFor(kind, request.version, select)),
    ...expanded(request, world, object, request.query.get('$expand')),
  });
};
