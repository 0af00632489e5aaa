import { markerOf, type ObjectKind, type ObjectRef, parseMarker } from '../../../shared/domain/index.ts';
import { type RawEntry, textOf, textsOf } from '../connection/entry.ts';

/**
 * What an object's marker names, or undefined. `adminDescription` decides: only administrators may write it.
 * `msDS-ExternalDirectoryObjectId` alone counts for groups, and on an object that cannot change itself; every user and
 * every computer may write it on the own account (it is in the Personal-Information property set, MS-ADA2), and would
 * pass for anybody, or for a group.
 */
export function markerOfEntry(entry: RawEntry): ObjectRef | undefined {
  const kept = parseMarker(textOf(entry, 'adminDescription') ?? '');
  if (kept !== undefined) return kept;
  const external = parseMarker(textOf(entry, 'msDS-ExternalDirectoryObjectId') ?? '');
  if (external?.kind === 'group' && !isAccount(entry)) return external;
  const anchor = parseMarker(textOf(entry, 'msDS-CloudAnchor') ?? '');
  return anchor?.kind === 'device' ? anchor : undefined;
}

/** Does the object carry the marker of `ref`? */
export function carriesMarker(entry: RawEntry, ref: ObjectRef): boolean {
  const marker = markerOfEntry(entry);
  return marker !== undefined && markerOf(marker) === markerOf(ref);
}

/** Must the object be looked at before anything is done for `ref`? */
export const concerns = (entry: RawEntry, ref: ObjectRef): boolean =>
  carriesMarker(entry, ref) || isClaimedTwice(entry, ref);

/** Does the object carry the marker in both places, as what we wrote does? */
export const isMarkedInFull = (entry: RawEntry, ref: ObjectRef): boolean =>
  ['adminDescription', 'msDS-ExternalDirectoryObjectId'].every(
    (name) => textOf(entry, name)?.toLowerCase() === markerOf(ref).toLowerCase(),
  );

/**
 * Does the indexed marker name this group while `adminDescription` names another object? Nobody can tell whose it is, so
 * it has to be seen: else the group would be created a second time beside it, with a new SID.
 */
function isClaimedTwice(entry: RawEntry, ref: ObjectRef): boolean {
  const external = parseMarker(textOf(entry, 'msDS-ExternalDirectoryObjectId') ?? '');
  return ref.kind === 'group' && external?.id === ref.id && external.kind === 'group' && !isAccount(entry);
}

/** A computer is a user too in AD. */
const isAccount = (entry: RawEntry): boolean => classesOf(entry).includes('user');

const classesOf = (entry: RawEntry): readonly string[] =>
  textsOf(entry, 'objectClass').map((name) => name.toLowerCase());

/** Is the object, alive or deleted, of the class that its kind has? */
export function isOfClass(entry: RawEntry, kind: ObjectKind): boolean {
  const classes = classesOf(entry);
  return classes.includes(classNames[kind]) && !classes.includes('computer');
}

const classNames = { group: 'group', user: 'user', device: 'msds-device' } as const;

/** What must be read to tell a marker. */
export const attributesWithMarker: readonly string[] = [
  'objectClass',
  'adminDescription',
  'msDS-ExternalDirectoryObjectId',
  'msDS-CloudAnchor',
];

/** The key by which members with a marker are compared with references (keyOf); devices are known by their device id. */
export function markerKeyOf(entry: RawEntry): string | undefined {
  const marker = markerOfEntry(entry);
  if (marker === undefined) return undefined;
  const key = marker.kind === 'device' ? (textOf(entry, 'cn') ?? marker.id).toLowerCase() : marker.id;
  return `${marker.kind}:${key}`;
}
