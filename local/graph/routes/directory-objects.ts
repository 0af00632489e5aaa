import { z } from 'zod';
import { contextOf, type Handler, ok } from '../http/exchange.ts';
import { invalidRequest, notFound } from '../http/graph-error.ts';
import { idParameter } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { lenientSelectionFor, typed } from '../odata/represent.ts';

const get: Handler = (request, { view }) => {
  const id = idParameter(request);
  const object = view.object(id);
  if (!object || object.deletedAt !== undefined) throw notFound(id);
  const selection = lenientSelectionFor(object.kind, request.version, request.query.get('$select'));
  return ok({
    '@odata.context': contextOf(request, 'directoryObjects/$entity'),
    ...typed(object, selection),
  });
};

/** The most ids of one `getByIds`. */
export const idLimit = 1000;

const idsSchema = z.object({ ids: z.array(z.string()), types: z.array(z.string()).optional() });

/** Answers the objects that exist, in the order asked; the unknown ones are left out silently. */
const getByIds: Handler = (request, { view }) => {
  const parsed = idsSchema.safeParse(request.body);
  if (!parsed.success) throw invalidRequest(`The parameter 'ids' is missing or is not a list of ids.`);
  const { ids, types } = parsed.data;
  if (ids.length > idLimit)
    throw invalidRequest(`Too many ids: ${ids.length}; at most ${idLimit} are allowed.`);
  const wanted = types?.map((type) => type.toLowerCase());
  const select = request.query.get('$select');
  const objects = ids.flatMap((id) => {
    const object = view.object(id.toLowerCase());
    const isWanted =
      object && object.deletedAt === undefined && (!wanted || wanted.includes(object.kind.toLowerCase()));
    return isWanted ? [typed(object, lenientSelectionFor(object.kind, request.version, select))] : [];
  });
  return ok({ '@odata.context': contextOf(request, 'directoryObjects'), value: objects });
};

export const directoryObjectRoutes: readonly Route[] = [
  route('GET', '/directoryObjects/{id}', get),
  { ...route('POST', '/directoryObjects/getByIds', getByIds, 5), unitsWithSelect: 2 },
];
