import { isGuid } from '../tenant/ids.ts';
import type { Json } from '../tenant/objects.ts';
import type { GraphRequest } from './exchange.ts';
import { invalidRequest } from './graph-error.ts';

/** A parameter of the route's template. */
export const parameter = ({ parameters }: GraphRequest, name: string): string => {
  const value = parameters[name];
  if (value === undefined) throw new Error(`The route has no parameter {${name}}.`);
  return value;
};

/** A parameter that must be a GUID; Graph refuses others before it looks anything up. */
export const idParameter = (request: GraphRequest, name = 'id'): string => {
  const value = parameter(request, name).toLowerCase();
  if (!isGuid(value)) throw invalidRequest(`Invalid object identifier '${value}'.`);
  return value;
};

export type JsonObject = { readonly [name: string]: Json };

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The request's body, which must be a JSON object. */
export const objectBody = ({ body }: GraphRequest): JsonObject => {
  if (isJsonObject(body)) return body;
  throw invalidRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
    'BadRequest',
  );
};

/** The id at the end of an `@odata.id` URL, such as `…/directoryObjects/{id}` or `…/users/{id}`. */
export const idOfReference = (reference: Json | undefined): string => {
  const id =
    typeof reference === 'string'
      ? reference.match(/\/([0-9a-f-]{36})(?:\/.*)?$/i)?.[1]?.toLowerCase()
      : undefined;
  if (id && isGuid(id)) return id;
  throw invalidRequest(`Invalid URL format specified in payload: ${JSON.stringify(reference)}.`);
};

/** The ids of `name@odata.bind`, which may be one URL or a list. */
export const boundIds = (body: JsonObject, name: string): readonly string[] => {
  const value = body[`${name}@odata.bind`];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((reference: Json) => idOfReference(reference));
};
