import type { SeenObject } from '../behaviour/lagging-view.ts';
import { invalidRequest } from '../http/graph-error.ts';
import { secondsOf } from '../tenant/date-time.ts';
import { cloudSid } from '../tenant/ids.ts';
import type { Json, ObjectKind } from '../tenant/objects.ts';
import { isNavigation, propertyNamed, schemaOf, unsetValue, type Version } from './schema.ts';

/** Properties that clients may send and nobody ever gets back. */
const secret = new Set(['passwordProfile']);

/** The value that Graph answers for a property, stored, derived or default. */
export const propertyOf = (object: SeenObject, name: string): Json => {
  if (name === 'id') return object.id;
  if (name === 'deletedDateTime') return object.deletedAt === undefined ? null : secondsOf(object.deletedAt);
  if (name === 'securityIdentifier') return cloudSid(object.id);
  if (secret.has(name)) return null;
  return object.properties[name] ?? unsetValue(object.kind, name);
};

/** The properties to answer: canonical names, without references. */
export type Selection = readonly string[];

/**
 * Reads `$select` for one kind.
 * @throws GraphError 400 for a property that this version does not have on this kind.
 */
export const selectionFor = (kind: ObjectKind, version: Version, select: string | null): Selection => {
  if (select === null || select.trim() === '') return schemaOf(kind).byDefault;
  return select.split(',').map((part) => {
    const name = propertyNamed(kind, version, part.trim());
    if (name) return name;
    throw invalidRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${part.trim()}' on type 'microsoft.graph.${kind}'.`,
      'BadRequest',
    );
  });
};

/** `$select` over mixed kinds: what a kind does not have is left out, as Graph does for directory objects. */
export const lenientSelectionFor = (kind: ObjectKind, version: Version, select: string | null): Selection => {
  if (select === null || select.trim() === '') return schemaOf(kind).byDefault;
  return select.split(',').flatMap((part) => propertyNamed(kind, version, part.trim()) ?? []);
};

export const represent = (object: SeenObject, selection: Selection): Record<string, Json> => {
  const body: Record<string, Json> = {};
  for (const name of selection) {
    if (!isNavigation(object.kind, name)) body[name] = propertyOf(object, name);
  }
  return body;
};

export const typed = (object: SeenObject, selection: Selection): Record<string, Json> => ({
  '@odata.type': `#microsoft.graph.${object.kind}`,
  ...represent(object, selection),
});
