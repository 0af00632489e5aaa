import { Dn, markerOf, type ObjectRef } from '../../../shared/domain/index.ts';
import type { DeletedObject } from '../../plan/observed.ts';
import { showDeleted } from '../connection/controls.ts';
import { bytesOf, type RawEntry, textOf } from '../connection/entry.ts';
import { belowAnyOf } from '../names/dn.ts';
import { guidFromBytes } from '../names/guid.ts';
import { sidFromBytes } from '../names/sid.ts';
import { deletedObjectsOf } from '../names/well-known.ts';
import type { Forest } from '../schema/read-forest.ts';
import { allOf, anyOf, equals } from './filters.ts';
import type { Reader } from './find.ts';
import { attributesWithMarker, carriesMarker, isOfClass } from './marker-of-entry.ts';

const attributes = [
  'objectGUID',
  'objectSid',
  'lastKnownParent',
  'isRecycled',
  'whenChanged',
  'cn',
  'adminCount',
  'userAccountControl',
  ...attributesWithMarker,
];

/**
 * Deleted objects of the kind that carried the marker, newest first. In the Recycle Bin objects keep both marker attributes; a
 * tombstone keeps only msDS-ExternalDirectoryObjectId (searchFlags fPRESERVEONDELETE, MS-ADA2). An account that may not
 * list that container finds none; the event noDeletedObjectsShown warns of it.
 */
export async function findDeleted(
  { connection, schema }: Reader,
  { facts }: Forest,
  ref: ObjectRef,
  markedContainers: readonly string[],
): Promise<readonly DeletedObject[]> {
  const marker = markerOf(ref);
  const markers = ['adminDescription', 'msDS-ExternalDirectoryObjectId'].filter((name) => schema.has(name));
  const found = await connection.search({
    base: deletedObjectsOf(facts.baseDn),
    scope: 'one',
    filter: allOf([equals('isDeleted', 'TRUE'), anyOf(markers.map((name) => equals(name, marker)))]),
    attributes,
    binary: schema.binaryAmong(attributes),
    controls: [showDeleted()],
  });
  return found
    .filter((entry) => isOfClass(entry, ref.kind))
    .filter((entry) => carriesMarker(entry, ref) || stoodAmongOurs(entry, markedContainers))
    .toSorted((one, other) => changed(other).localeCompare(changed(one)))
    .flatMap((entry) => deletedObject(entry, facts.recycleBin));
}

/** A user's tombstone has only the marker that users can forge, so the place where it stood must speak for it. */
function stoodAmongOurs(entry: RawEntry, containers: readonly string[]): boolean {
  const parent = textOf(entry, 'lastKnownParent');
  if (parent === undefined) return false;
  return belowAnyOf(containers)(`CN=x,${parent}`);
}

/** GeneralizedTime sorts as text. */
const changed = (entry: RawEntry): string => textOf(entry, 'whenChanged') ?? '';

function deletedObject(entry: RawEntry, recycleBin: boolean): readonly DeletedObject[] {
  const guid = bytesOf(entry, 'objectGUID');
  if (guid === undefined) return [];
  const sid = bytesOf(entry, 'objectSid');
  const parent = Dn.safeParse(textOf(entry, 'lastKnownParent'));
  return [
    {
      dn: Dn.parse(entry.dn),
      guid: guidFromBytes(guid),
      sid: sid === undefined ? undefined : sidFromBytes(sid),
      lastKnownParent: parent.success ? parent.data : undefined,
      // Without a Recycle Bin, Samba sets isRecycled on tombstones too, and brings them back all the same.
      adminCount: Number(textOf(entry, 'adminCount') ?? 0),
      userAccountControl: textOf(entry, 'userAccountControl'),
      recycled: recycleBin && textOf(entry, 'isRecycled') === 'TRUE',
    },
  ];
}
