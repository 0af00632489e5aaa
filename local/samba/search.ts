import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DirectoryAccount } from './connection.ts';
import { type Entry, parseLdif } from './ldif.ts';

const run = promisify(execFile);
const noSuchObject = 32;

/** How a search can be limited. */
export interface SearchOptions {
  /** Default: `sub`. */
  readonly scope?: 'base' | 'one' | 'sub';
  /** Controls as ldapsearch's -E takes them, for example `1.2.840.113556.1.4.417` for deleted objects. */
  readonly controls?: readonly string[];
}

/**
 * Searches with OpenLDAP's ldapsearch: for assertions, a client that shares no code with the one under test.
 *
 * @param attributes what to return; default: all that are not operational
 * @throws with the result code and the server's text when the search fails
 */
export async function search(
  account: DirectoryAccount,
  base: string,
  filter = '(objectClass=*)',
  attributes: readonly string[] = ['*'],
  options: SearchOptions = {},
): Promise<readonly Entry[]> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-search-'));
  try {
    // A file, because other users of the machine can read the arguments of a process.
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, account.password, { mode: 0o600 });
    const { stdout } = await run(
      'ldapsearch',
      [
        ...['-LLL', '-x', '-o', 'ldif-wrap=no', '-H', account.url, '-D', account.bindDn, '-y', passwordFile],
        ...['-b', base, '-s', options.scope ?? 'sub'],
        ...(options.controls ?? []).flatMap((control) => ['-E', control]),
        ...[filter, ...attributes],
      ],
      {
        env: {
          ...process.env,
          LDAPTLS_CACERT: account.caFile,
          LDAPTLS_REQCERT: 'demand',
          LDAPCONF: '/dev/null',
        },
        maxBuffer: 1024 * 1024 * 1024,
      },
    );
    return parseLdif(stdout);
  } catch (error) {
    throw new SearchError(base, error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The entry with this DN, or undefined if there is none. */
export async function find(
  account: DirectoryAccount,
  dn: string,
  attributes: readonly string[] = ['*'],
): Promise<Entry | undefined> {
  try {
    const [entry] = await search(account, dn, '(objectClass=*)', attributes, { scope: 'base' });
    return entry;
  } catch (error) {
    if (error instanceof SearchError && error.code === noSuchObject) return undefined;
    throw error;
  }
}

/** A search that the server refused, or that did not reach it (code 255). */
export class SearchError extends Error {
  override readonly name = 'SearchError';
  /** LDAP result code, which is ldapsearch's exit code. */
  readonly code: number;

  constructor(base: string, cause: unknown) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    super(`ldapsearch under "${base}" failed: ${said}`, { cause });
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'number' ? cause.code : -1;
  }
}
