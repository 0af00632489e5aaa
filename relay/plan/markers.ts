import {
  type DesiredObject,
  markerAttributes,
  markerOf,
  type ObjectKind,
  type ObjectRef,
  parseMarker,
} from '../../shared/domain/index.ts';
import type { DirectoryFacts, ObservedObject } from './observed.ts';
import { valuesOf } from './values.ts';

/** The object class that each kind has in AD. */
export const classOf: Readonly<Record<ObjectKind, string>> = {
  group: 'group',
  user: 'user',
  device: 'msDS-Device',
};

/** Where the marker stands: devices cannot carry msDS-ExternalDirectoryObjectId (MS-ADSC §2.136). */
export function markerAttributesFor(kind: ObjectKind, facts: DirectoryFacts): readonly string[] {
  return markerAttributes.filter(
    (name) => name === 'adminDescription' || (kind !== 'device' && facts.hasAttribute(name)),
  );
}

/** The marker as attributes to write. */
export function markersFor(
  desired: DesiredObject,
  facts: DirectoryFacts,
): Readonly<Record<string, [string]>> {
  const marker = markerOf(desired);
  return Object.fromEntries(markerAttributesFor(desired.kind, facts).map((name) => [name, [marker]]));
}

/** A marker on the object that names another cloud object, or undefined. */
export function foreignMarker(object: ObservedObject, ours: ObjectRef): string | undefined {
  const own = markerOf(ours).toLowerCase();
  return trustedTexts(object).find((text) => parseMarker(text) && text.toLowerCase() !== own);
}

/** Who has a name that an object should get: its DN, and its marker where it is one of ours. */
export function holderDetails(holder: ObservedObject): { readonly holder: string; readonly heldBy?: string } {
  const marker = trustedTexts(holder).find((text) => parseMarker(text));
  return { holder: holder.dn, ...(marker !== undefined && { heldBy: marker }) };
}

/** Does the object carry the marker of this cloud object in at least one place? */
export const carriesMarker = (object: ObservedObject, ours: ObjectRef): boolean =>
  trustedTexts(object).some((text) => text.toLowerCase() === markerOf(ours).toLowerCase());

/**
 * What the marker attributes hold that the object itself cannot write. Every user may write msDS-ExternalDirectoryObjectId on
 * the own account (Personal-Information, MS-ADA2), and would else be able to keep us from changing or disabling it.
 */
const trustedTexts = (object: ObservedObject): readonly string[] =>
  isAccount(object) ? textsIn(object, ['adminDescription']) : markerTexts(object);

const isAccount = ({ objectClass }: ObservedObject): boolean =>
  objectClass.some((name) => name.toLowerCase() === 'user');

/** Is the object of the class that its kind has? A computer is a user too in AD, and is not one of ours. */
export function hasClassOf(object: ObservedObject, kind: ObjectKind): boolean {
  const classes = object.objectClass.map((name) => name.toLowerCase());
  return classes.includes(classOf[kind].toLowerCase()) && !classes.includes('computer');
}

/** What the marker attributes of an object hold, be it a marker or not. */
export const markerTexts = (object: ObservedObject): readonly string[] => textsIn(object, markerAttributes);

const textsIn = (object: ObservedObject, names: readonly string[]): readonly string[] =>
  names.flatMap((name) => valuesOf(object, name)).filter((value) => typeof value === 'string');
