import { markerOf, type ObjectRef } from '../../../shared/domain/index.ts';
import type { RawEntry } from '../connection/entry.ts';
import { allOf, anyOf, equals, isOfKind } from './filters.ts';
import { findAll, type Reader } from './find.ts';
import { carriesMarker } from './marker-of-entry.ts';

/** The attribute in which AD finds a marker at once: it is indexed, and adminDescription is not (MS-ADA1, MS-ADA2). */
const indexedMarker = 'msDS-ExternalDirectoryObjectId';

/** Objects found by the indexed marker; none for devices, whose class does not have it, and before Windows Server 2016. */
export async function findByIndex(
  reader: Reader,
  baseDn: string,
  ref: ObjectRef,
  attributes: readonly string[],
): Promise<readonly RawEntry[]> {
  if (ref.kind === 'device' || !reader.schema.has(indexedMarker)) return [];
  const found = await findAll(reader, baseDn, equals(indexedMarker, markerOf(ref)), attributes);
  return found.filter((entry) => carriesMarker(entry, ref));
}

/**
 * Objects with the marker in whichever attribute, anywhere in the domain. AD has to look at every object of the kind, so
 * this is for when nothing was found more cheaply: before an object is created.
 */
export async function findInWholeDomain(
  reader: Reader,
  baseDn: string,
  ref: ObjectRef,
  attributes: readonly string[],
): Promise<readonly RawEntry[]> {
  const marker = markerOf(ref);
  const places = [
    equals('adminDescription', marker),
    ...(ref.kind === 'device' ? [equals('msDS-CloudAnchor', Buffer.from(marker, 'utf8'))] : []),
  ];
  const found = await findAll(reader, baseDn, allOf([isOfKind(ref.kind), anyOf(places)]), attributes);
  return found.filter((entry) => carriesMarker(entry, ref));
}
