import type { Filter } from 'ldapts';
import { markerOf, type ObjectKind, type ObjectRef } from '../../../shared/domain/index.ts';
import type { RawEntry } from '../connection/entry.ts';
import { DirectoryError } from '../errors/directory-error.ts';
import { allOf, anyOf, equals, isOfKind } from './filters.ts';
import { findAll, type Reader } from './find.ts';
import { concerns } from './marker-of-entry.ts';

/** The attribute in which AD finds a marker at once: it is indexed, and adminDescription is not (MS-ADA1, MS-ADA2). */
export const indexedMarker = 'msDS-ExternalDirectoryObjectId';

/** Objects found by the indexed marker; none for devices, whose class does not have it, and before Windows Server 2016. */
export async function findByIndex(
  reader: Reader,
  baseDn: string,
  ref: ObjectRef,
  attributes: readonly string[],
): Promise<readonly RawEntry[]> {
  if (ref.kind === 'device' || !reader.schema.has(indexedMarker)) return [];
  const found = await findAll(reader, baseDn, equals(indexedMarker, markerOf(ref)), attributes);
  return found.filter((entry) => concerns(entry, ref));
}

/** An object that is looked for, and what must be read of it. */
export type Sought = { readonly object: ObjectRef; readonly attributes: readonly string[] };

/** Where to search for a marker that no index leads to. */
export type Places = { readonly baseDn: string; readonly containers: readonly string[] };

/**
 * Objects with these markers in whichever attribute: those of the kind anywhere in the domain, and those of any class below
 * our containers, where somebody may have put the marker on an object of another one. AD has to look at each of them, so
 * this is for when nothing was found more cheaply: before an object is created. Many cost little more than one.
 */
export async function findByScan(
  reader: Reader,
  { baseDn, containers }: Places,
  kind: ObjectKind,
  sought: readonly Sought[],
): Promise<readonly RawEntry[]> {
  const markers = sought
    .map(({ object }) => markerOf(object))
    .flatMap((marker) => [
      equals('adminDescription', marker),
      ...(kind === 'device' ? [equals('msDS-CloudAnchor', Buffer.from(marker, 'utf8'))] : []),
    ]);
  const attributes = [...new Set(sought.flatMap((one) => one.attributes))];
  const found = await Promise.all([
    findAll(reader, baseDn, allOf([isOfKind(kind), anyOf(markers)]), attributes),
    ...containers.map((container) => findBelow(reader, container, anyOf(markers), attributes)),
  ]);
  return found.flat();
}

/** A container that is not there has nothing below it. */
async function findBelow(
  reader: Reader,
  container: string,
  filter: Filter,
  attributes: readonly string[],
): Promise<readonly RawEntry[]> {
  try {
    return await findAll(reader, container, filter, attributes);
  } catch (error) {
    if (error instanceof DirectoryError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}
