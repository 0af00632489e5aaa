import type { ObservedObject } from '../../plan/observed.ts';
import type { UniqueValues } from '../../plan/taken.ts';
import type { Connection } from '../connection/connection.ts';
import type { Pool } from '../connection/pool.ts';
import { DirectoryError, directoryError } from '../errors/directory-error.ts';
import type { Forest } from '../schema/read-forest.ts';
import { filterBatch, inBatches } from './batches.ts';
import { anyOf, equals } from './filters.ts';
import { findAll } from './find.ts';
import { commonAttributes, observedObject } from './observed-object.ts';

/** By which objects of one forest must not be confused; all of them are in the global catalog (MS-ADA1 to 3). */
const attributes = [...commonAttributes, 'userPrincipalName', 'mail', 'proxyAddresses'];

/** The name by which the global catalog gives every domain of the forest (MS-ADTS §3.1.1.3.1.3.1). */
const wholeForest = '';

/**
 * Every object that has one of the values: in the domain, as its domain controller knows it now, and
 * in the other domains of the forest, as the global catalog knows them. Where there are other domains
 * and no global catalog answers, that is an error: nobody knows whether a value is free.
 */
export async function findTaken(
  wanted: UniqueValues,
  forest: Forest,
  pool: Pool,
  catalog: Pool | undefined,
): Promise<readonly ObservedObject[]> {
  const here = await pool.read((connection) => search(connection, forest, forest.facts.baseDn, wanted));
  const everywhere = catalog === undefined ? [] : await inCatalog(catalog, forest, wanted);
  const known = new Set(here.map(({ guid }) => guid));
  return [...here, ...everywhere.filter(({ guid }) => !known.has(guid))];
}

async function inCatalog(catalog: Pool, forest: Forest, wanted: UniqueValues) {
  try {
    return await catalog.read((connection) => search(connection, forest, wholeForest, wanted));
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    throw directoryError('GLOBAL_CATALOG', `The forest cannot be searched: ${error.message}`, {
      cause: error,
    });
  }
}

async function search(connection: Connection, { schema }: Forest, base: string, wanted: UniqueValues) {
  const reader = { connection, schema };
  const entries = await inBatches(filtersFor(wanted), filterBatch, (batch) =>
    findAll(reader, base, anyOf(batch), attributes),
  );
  const objects = entries.map((entry) => observedObject(entry, schema));
  return [...new Map(objects.map((object) => [object.guid, object])).values()];
}

const filtersFor = ({ userPrincipalNames, samAccountNames, addresses }: UniqueValues) => [
  ...userPrincipalNames.map((name) => equals('userPrincipalName', name)),
  ...samAccountNames.map((name) => equals('sAMAccountName', name)),
  ...addresses.flatMap((address) => [
    equals('proxyAddresses', address),
    ...(/^smtp:/i.test(address) ? [equals('mail', address.slice('smtp:'.length))] : []),
  ]),
];
