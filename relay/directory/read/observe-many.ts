import { createHash } from 'node:crypto';
import { type EntraId, markerOf, type ObjectGuid, type ObjectKind } from '../../../shared/domain/index.ts';
import type { ObservedObject } from '../../plan/observed.ts';
import type { Connection } from '../connection/connection.ts';
import { extendedDn } from '../connection/controls.ts';
import { bytesOf, type RawEntry } from '../connection/entry.ts';
import { parseSlice } from '../members/slice.ts';
import { guidDn, parseExtendedDn } from '../names/alternative.ts';
import { guidFromBytes } from '../names/guid.ts';
import type { Forest } from '../schema/read-forest.ts';
import { allOf, anyOf, equals, hasGuid, isOfKind } from './filters.ts';
import { findAll, findAt, type Reader } from './find.ts';
import { markerOfEntry } from './marker-of-entry.ts';
import { commonAttributes, observedObject } from './observed-object.ts';

/** An object with our marker, as a comparison needs it. */
export type MarkedObject = {
  readonly id: EntraId;
  readonly object: ObservedObject;
  /** Groups: a hash of all members by their GUIDs, in any order. */
  readonly members: string | undefined;
};

const indexedMarker = 'msDS-ExternalDirectoryObjectId';

/**
 * The objects that carry the markers of these ids, with one search; groups with one more for their
 * members, and one for each further thousand or so of a large group. The search uses the indexed
 * marker where the schema has it (MS-ADA2). Devices, and forests without it, are looked for by class.
 */
export async function observeMany(
  connection: Connection,
  { facts, schema }: Forest,
  kind: ObjectKind,
  ids: readonly EntraId[],
  attributes: readonly string[],
): Promise<readonly MarkedObject[]> {
  if (ids.length === 0) return [];
  const reader: Reader = { connection, schema };
  const wanted = [...new Set([...commonAttributes, ...attributes])];
  const entries = await findAll(reader, facts.baseDn, filterOf(kind, ids, schema.has), wanted);
  const asked = new Set(ids);
  const found = entries.flatMap((entry) => {
    const marker = markerOfEntry(entry);
    if (marker?.kind !== kind || !asked.has(marker.id)) return [];
    return [{ id: marker.id, object: observedObject(entry, schema) }];
  });
  const hashes =
    kind === 'group'
      ? await memberHashes(
          reader,
          facts.baseDn,
          found.map(({ object }) => object.guid),
        )
      : new Map<ObjectGuid, string>();
  return found.map((one) => ({ ...one, members: hashes.get(one.object.guid) }));
}

function filterOf(kind: ObjectKind, ids: readonly EntraId[], hasAttribute: (name: string) => boolean) {
  const markers = ids.map((id) => markerOf({ kind, id }));
  if (kind !== 'device' && hasAttribute(indexedMarker)) {
    return anyOf(markers.map((marker) => equals(indexedMarker, marker)));
  }
  const places = markers.flatMap((marker) => [
    equals('adminDescription', marker),
    ...(kind === 'device' ? [equals('msDS-CloudAnchor', Buffer.from(marker, 'utf8'))] : []),
  ]);
  return allOf([isOfKind(kind), anyOf(places)]);
}

async function memberHashes(
  reader: Reader,
  baseDn: string,
  groups: readonly ObjectGuid[],
): Promise<ReadonlyMap<ObjectGuid, string>> {
  if (groups.length === 0) return new Map();
  const attributes = ['objectGUID', 'member'];
  const entries = await reader.connection.search({
    base: baseDn,
    scope: 'sub',
    filter: anyOf(groups.map(hasGuid)),
    attributes,
    binary: reader.schema.binaryAmong(attributes),
    controls: [extendedDn()],
  });
  const hashes = new Map<ObjectGuid, string>();
  for (const entry of entries) {
    const bytes = bytesOf(entry, 'objectGUID');
    if (bytes === undefined) continue;
    const group = guidFromBytes(bytes);
    hashes.set(group, hashOf(await allMembers(reader, group, entry)));
  }
  return hashes;
}

/** The GUIDs of all members; those beyond the first answer are read range by range. */
async function allMembers(reader: Reader, group: ObjectGuid, entry: RawEntry): Promise<readonly string[]> {
  const guidsOf = (values: readonly string[]) => values.map((value) => parseExtendedDn(value).guid);
  const first = parseSlice(entry, group, 0);
  const guids: string[] = guidsOf(first.values);
  for (let { next } = first; next !== undefined; ) {
    const further = await findAt(reader, guidDn(group), [`member;range=${next}-*`], [extendedDn()]);
    const slice = further ? parseSlice(further, group, next) : { values: [], next: undefined };
    guids.push(...guidsOf(slice.values));
    next = slice.next;
  }
  return guids;
}

const hashOf = (members: readonly string[]): string =>
  createHash('sha256').update(members.toSorted().join(), 'utf8').digest('base64url').slice(0, 22);
