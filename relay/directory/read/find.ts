import type { Control, Filter } from 'ldapts';
import type { Connection } from '../connection/connection.ts';
import type { RawEntry } from '../connection/entry.ts';
import { DirectoryError } from '../errors/directory-error.ts';
import type { Schema } from '../schema/schema.ts';
import { anything } from './filters.ts';

/** A connection and the schema with which to read what comes over it. */
export type Reader = { readonly connection: Connection; readonly schema: Schema };

/** The object of this DN, in any of its forms, or undefined. */
export async function findAt(
  { connection, schema }: Reader,
  dn: string,
  attributes: readonly string[],
  controls: readonly Control[] = [],
): Promise<RawEntry | undefined> {
  const binary = schema.binaryAmong(attributes);
  try {
    const [entry] = await connection.search({
      base: dn,
      scope: 'base',
      filter: anything,
      attributes,
      binary,
      controls,
    });
    return entry;
  } catch (error) {
    if (error instanceof DirectoryError && error.resultCode === noSuchObject) return undefined;
    throw error;
  }
}

/** Every object below `base` that the filter matches. More than the server gives at once is an error, not a short list. */
export function findAll(
  { connection, schema }: Reader,
  base: string,
  filter: Filter,
  attributes: readonly string[],
): Promise<readonly RawEntry[]> {
  return connection.search({
    base,
    scope: 'sub',
    filter,
    attributes,
    binary: schema.binaryAmong(attributes),
  });
}

const noSuchObject = 32;
