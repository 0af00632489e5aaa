import { SubstringFilter } from 'ldapts';
import type { ObjectKind } from '../../../shared/domain/index.ts';
import type { ObservedObject } from '../../plan/observed.ts';
import type { Connection } from '../connection/connection.ts';
import type { Forest } from '../schema/read-forest.ts';
import { allOf, anyOf, isOfKind } from './filters.ts';
import { markerOfEntry } from './marker-of-entry.ts';
import { commonAttributes, observedObject } from './observed-object.ts';

const prefixes = { group: 'Group_', user: 'User_', device: 'Device_' } as const satisfies Record<
  ObjectKind,
  string
>;

/** Every object of the kind that carries a marker of the kind, page by page; for sweeps. */
export async function* listMarked(
  connection: Connection,
  { facts, schema }: Forest,
  kind: ObjectKind,
  pageSize: number,
): AsyncIterable<readonly ObservedObject[]> {
  const names = ['adminDescription', 'msDS-ExternalDirectoryObjectId'].filter(schema.has);
  const begins = names.map((attribute) => new SubstringFilter({ attribute, initial: prefixes[kind] }));
  const request = {
    base: facts.baseDn,
    scope: 'sub' as const,
    filter: allOf([isOfKind(kind), anyOf(begins)]),
    attributes: commonAttributes,
    binary: schema.binaryAmong(commonAttributes),
  };
  for await (const page of connection.pages(request, pageSize)) {
    yield page
      .filter((entry) => markerOfEntry(entry)?.kind === kind)
      .map((entry) => observedObject(entry, schema));
  }
}
