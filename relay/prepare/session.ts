import type { Dn } from '../../shared/domain/index.ts';
import { type Connection, openConnection } from '../directory/connection/connection.ts';
import { showDeleted } from '../directory/connection/controls.ts';
import { parseEndpoint } from '../directory/connection/endpoint.ts';
import type { RawEntry } from '../directory/connection/entry.ts';
import { DirectoryError, type DirectorySettings } from '../directory/index.ts';
import { anything } from '../directory/read/filters.ts';
import { findAt, type Reader } from '../directory/read/find.ts';
import { type Forest, readForest } from '../directory/schema/read-forest.ts';
import { completeSettings } from '../directory/settings.ts';
import type { Dacl } from './security/descriptor.ts';
import { parseDescriptor } from './security/descriptor.ts';
import { daclOnly } from './security/sd-flags.ts';

/** One connection to one domain controller, bound as somebody, and the forest as it was when it was opened. */
export type Session = Reader & {
  readonly connection: Connection;
  readonly facts: Forest['facts'];
  /** How many domains the forest has. */
  readonly domains: number;
  /** Whether the server shows the account any deleted object. */
  readonly showsDeleted: boolean;
  close(): Promise<void>;
};

/**
 * Connects to the first domain controller of the settings, without looking for another: who prepares or checks wants to
 * know about this one.
 *
 * @throws DirectoryError
 */
export async function openSession(given: DirectorySettings): Promise<Session> {
  const settings = completeSettings(given);
  const connection = await openConnection(parseEndpoint(settings.urls[0]), settings);
  try {
    const { facts, schema, domains, showsDeleted } = await readForest(connection, settings.pageSize);
    return { connection, schema, facts, domains, showsDeleted, close: () => connection.close() };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The rootDSE: attributes of the server, and some about who asks (MS-ADTS §3.1.1.3.2). */
export async function readRoot(
  connection: Connection,
  attributes: readonly string[],
  binary: readonly string[] = [],
): Promise<RawEntry | undefined> {
  const [entry] = await connection.search({ base: '', scope: 'base', filter: anything, attributes, binary });
  return entry;
}

/**
 * Who may do what to an object, CN=Deleted Objects included, which counts as deleted itself; undefined where the object is not there, `hidden` where the account may not read it.
 */
export async function readDacl(session: Reader, dn: Dn): Promise<Dacl | 'hidden' | undefined> {
  const entry = await findAt(session, dn, ['nTSecurityDescriptor'], [daclOnly(), showDeleted()]).catch(
    whenHidden,
  );
  if (entry === undefined) return undefined;
  const [value] = [...entry.values.entries()]
    .filter(([name]) => name.toLowerCase() === 'ntsecuritydescriptor')
    .flatMap(([, values]) => values);
  if (!Buffer.isBuffer(value)) return 'hidden';
  return parseDescriptor(value) ?? 'hidden';
}

/** A refusal to read is the same to us as nothing there. */
function whenHidden(error: unknown): undefined {
  if (error instanceof DirectoryError && error.kind === 'refused') return undefined;
  throw error;
}
