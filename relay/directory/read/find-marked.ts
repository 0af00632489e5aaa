import { markerOf, type ObjectKind, type ObjectRef } from '../../../shared/domain/index.ts';
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

/** An object that is looked for, and what must be read of it. */
export type Sought = { readonly object: ObjectRef; readonly attributes: readonly string[] };

/**
 * Objects of one kind with their markers in whichever attribute, anywhere in the domain. AD has to look at every object
 * of the kind, so this is for when nothing was found more cheaply: before an object is created. Many cost little more
 * than one.
 */
export function findInWholeDomain(
  reader: Reader,
  baseDn: string,
  kind: ObjectKind,
  sought: readonly Sought[],
): Promise<readonly RawEntry[]> {
  const places = sought
    .map(({ object }) => markerOf(object))
    .flatMap((marker) => [
      equals('adminDescription', marker),
      ...(kind === 'device' ? [equals('msDS-CloudAnchor', Buffer.from(marker, 'utf8'))] : []),
    ]);
  const attributes = [...new Set(sought.flatMap((one) => one.attributes))];
  return findAll(reader, baseDn, allOf([isOfKind(kind), anyOf(places)]), attributes);
}
