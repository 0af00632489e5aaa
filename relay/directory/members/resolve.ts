import type { Filter } from 'ldapts';
import { Dn, markerOf, type Reference } from '../../../shared/domain/index.ts';
import type { Resolved } from '../../plan/observed.ts';
import { bytesOf, type RawEntry, textOf, textsOf } from '../connection/entry.ts';
import { guidFromBytes } from '../names/guid.ts';
import { sidFromBytes } from '../names/sid.ts';
import { filterBatch, inBatches } from '../read/batches.ts';
import { allOf, anyOf, equals, hasGuid, hasSid, isOfKind } from '../read/filters.ts';
import { findAll, type Reader } from '../read/find.ts';
import { attributesWithMarker, isOfClass, markerOfEntry } from '../read/marker-of-entry.ts';
import type { Forest } from '../schema/read-forest.ts';
import { groupScope } from './group-scope.ts';

const attributes = ['objectGUID', 'objectSid', 'groupType', 'cn', ...attributesWithMarker];

/**
 * Finds the AD object of each reference, in the order of the references. What is not found, or found twice, is
 * `NOT_IN_AD`. A marker must stand in adminDescription, which users cannot write, to make its object a member.
 */
export function resolve(
  reader: Reader,
  { facts, schema }: Forest,
  references: readonly Reference[],
): Promise<readonly Resolved[]> {
  return resolveBelow(reader, facts.baseDn, schema, references);
}

/** The same in the global catalog, which has every domain of the forest: for SIDs that are of another domain. */
export const resolveInForest = (
  reader: Reader,
  references: readonly Reference[],
): Promise<readonly Resolved[]> => resolveBelow(reader, wholeForest, reader.schema, references);

/** The name by which the global catalog gives every domain of the forest (MS-ADTS §3.1.1.3.1.3.1). */
const wholeForest = '';

async function resolveBelow(
  reader: Reader,
  baseDn: string,
  schema: Forest['schema'],
  references: readonly Reference[],
): Promise<readonly Resolved[]> {
  const filterOf = (reference: Reference): Filter =>
    lookup(reference, schema.has('msDS-ExternalDirectoryObjectId'));
  const first = await search(reader, baseDn, references, filterOf);
  // Objects that another tool wrote, or before the schema had the indexed marker.
  const missing = references.filter((reference) => reference.by === 'marker' && !first.has(keyIn(reference)));
  const second = await search(reader, baseDn, missing, byAdminDescription);
  return references.map((reference) => {
    const found = first.get(keyIn(reference)) ?? second.get(keyIn(reference)) ?? [];
    const [entry, another] = found;
    if (entry === undefined || another !== undefined) return { found: false, reference, reason: 'NOT_IN_AD' };
    return { found: true, reference, ...memberOf(entry) };
  });
}

async function search(
  reader: Reader,
  baseDn: string,
  references: readonly Reference[],
  filterOf: (reference: Reference) => Filter,
): Promise<ReadonlyMap<string, readonly RawEntry[]>> {
  const entries = await inBatches(references, filterBatch, (batch) =>
    findAll(reader, baseDn, anyOf(batch.map(filterOf)), attributes),
  );
  const byKey = Map.groupBy(
    entries.flatMap((entry) => keysOf(entry).map((key) => ({ key, entry }))),
    ({ key }) => key,
  );
  return new Map([...byKey].map(([key, found]) => [key, distinct(found.map(({ entry }) => entry))]));
}

function lookup(reference: Reference, indexedMarker: boolean): Filter {
  switch (reference.by) {
    case 'sid':
      return hasSid(reference.sid);
    case 'marker':
      return indexedMarker && reference.kind !== 'device'
        ? equals('msDS-ExternalDirectoryObjectId', markerOf(reference))
        : byAdminDescription(reference);
    case 'device':
      return allOf([
        equals('cn', reference.deviceId),
        isOfKind('device'),
        equals('adminDescription', markerOf({ kind: 'device', id: reference.id })),
      ]);
    case 'computer':
      return hasGuid(reference.objectGuid);
  }
}

function byAdminDescription(reference: Reference): Filter {
  if (reference.by !== 'marker') return lookup(reference, true);
  return allOf([isOfKind(reference.kind), equals('adminDescription', markerOf(reference))]);
}

/** What the reference looks for, and below what an entry answers to: equal for a match. */
function keyIn(reference: Reference): string {
  switch (reference.by) {
    case 'sid':
      return `sid ${reference.sid}`;
    case 'marker':
      return `marker ${markerOf(reference)}`;
    case 'device':
      return `device ${reference.deviceId}`;
    case 'computer':
      return `computer ${reference.objectGuid}`;
  }
}

function keysOf(entry: RawEntry): readonly string[] {
  const { guid, sid, objectClass } = memberOf(entry);
  const marker = markerOfEntry(entry);
  const name = textOf(entry, 'cn')?.toLowerCase();
  return [
    ...(sid === undefined ? [] : [`sid ${sid}`]),
    ...(marker === undefined || !isOfClass(entry, marker.kind) ? [] : [`marker ${markerOf(marker)}`]),
    ...(objectClass === 'msDS-Device' && name !== undefined ? [`device ${name}`] : []),
    ...(objectClass === 'computer' ? [`computer ${guid}`] : []),
  ];
}

function memberOf(entry: RawEntry) {
  const guid = bytesOf(entry, 'objectGUID');
  const sid = bytesOf(entry, 'objectSid');
  if (guid === undefined) throw new Error(`${entry.dn} came without its objectGUID.`);
  return {
    dn: Dn.parse(entry.dn),
    guid: guidFromBytes(guid),
    sid: sid === undefined ? undefined : sidFromBytes(sid),
    // From the most general to the most special.
    objectClass: textsOf(entry, 'objectClass').at(-1) ?? 'top',
    scope: groupScope(textOf(entry, 'groupType')),
  };
}

const distinct = (entries: readonly RawEntry[]): readonly RawEntry[] => [
  ...new Map(entries.map((entry) => [entry.dn, entry])).values(),
];
