import type { GraphRequest } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import type { JsonObject } from '../http/parameter.ts';
import { isNavigation, propertyNamed, schemaOf } from '../odata/schema.ts';
import type { DirectoryObject, Json, ObjectKind, Properties } from '../tenant/objects.ts';
import { isSynced } from '../tenant/objects.ts';

/**
 * The holder of the admin token may write as the directory synchronisation does (`x-local-as: synchronization`):
 * on synced objects, and properties that are read-only for everybody else.
 */
export const isSynchronization = ({ caller, header }: GraphRequest): boolean =>
  caller.isAdmin === true && header('x-local-as') === 'synchronization';

const resourceName = (kind: ObjectKind) => `${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;

/** @throws GraphError 400 for the first property that is missing. */
export const requireProperties = (kind: ObjectKind, body: JsonObject, names: readonly string[]): void => {
  const missing = names.find((name) => body[name] === undefined || body[name] === null || body[name] === '');
  if (missing)
    throw invalidRequest(
      `A value is required for property '${missing}' of resource '${resourceName(kind)}'.`,
    );
};

/**
 * The properties of a request body under their canonical names, without annotations.
 * @throws GraphError 400 for properties that do not exist in this version or that callers may not set.
 */
export const writtenProperties = (
  request: GraphRequest,
  kind: ObjectKind,
  body: JsonObject,
  isCreation: boolean,
): Properties => {
  const { writable, writableOnce } = schemaOf(kind);
  const written: Properties = {};
  for (const [given, value] of Object.entries(body)) {
    if (given.includes('@odata.')) continue;
    const name = propertyNamed(kind, request.version, given);
    if (name === undefined || isNavigation(kind, name)) throw invalidRequest(`Invalid property '${given}'.`);
    const isAllowed =
      writable.includes(name) || (isCreation && writableOnce.includes(name)) || isSynchronization(request);
    if (!isAllowed) throw invalidRequest(`Property '${name}' is read-only and cannot be set.`);
    if (name !== 'passwordProfile') written[name] = checkedValue(name, value);
  }
  return written;
};

const longest: Readonly<Record<string, number>> = {
  displayName: 256,
  mailNickname: 64,
  description: 1024,
  userPrincipalName: 113,
};
const flags = new Set([
  'accountEnabled',
  'mailEnabled',
  'securityEnabled',
  'isAssignableToRole',
  'isManaged',
  'isCompliant',
]);

const checkedValue = (name: string, value: Json): Json => {
  const limit = longest[name];
  if (limit !== undefined && typeof value === 'string' && value.length > limit) {
    throw invalidRequest(
      `Invalid value specified for property '${name}': it has ${value.length} characters; at most ${limit} are allowed.`,
    );
  }
  if (flags.has(name) && value !== null && typeof value !== 'boolean') {
    throw invalidRequest(
      `Invalid value specified for property '${name}': a boolean is expected.`,
      'Request_BadRequest',
    );
  }
  return value;
};

/** @throws GraphError 400 when the directory synchronisation owns the object. */
export const refuseSynced = (request: GraphRequest, object: DirectoryObject): void => {
  if (!isSynced(object) || isSynchronization(request)) return;
  throw invalidRequest(
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
  );
};

/** @throws GraphError 400 when another object already has a key that must be unique. */
export const refuseTaken = (taken: string | undefined): void => {
  if (taken) throw invalidRequest(`Another object with the same value for property ${taken} already exists.`);
};
