import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { reserveAddress } from './addresses.ts';
import { domainOf } from './domain.ts';
import { instanceFiles, startInstance } from './instance.ts';
import { type Hold, tryHold } from './lock.ts';
import type { SambaProcess } from './samba-process.ts';
import { restoreSnapshot } from './snapshots.ts';
import { createWorkFolder } from './work-folders.ts';

/** How to run a domain controller. */
export interface ControllerOptions {
  /** Loopback address to listen on; default: a free one. */
  readonly address?: string;
  /** Keeps the data here, and continues with what is already here. Default: a folder that goes with {@link DomainController.stop}. */
  readonly directory?: string;
  /** DNS name of the domain; default: LAB.TEST. */
  readonly realm?: string;
  /** Password of the administrator; must be complex. */
  readonly password?: string;
  /** Whether the schema may be extended over LDAP; default: no. */
  readonly schemaUpdates?: boolean;
}

/** A running Active Directory domain controller (Samba): LDAP, LDAPS and global catalog on a loopback address. */
export interface DomainController {
  /** LDAPS URL. */
  readonly url: string;
  /** Plain LDAP URL: StartTLS works, simple binds without it are refused with 8 (strongerAuthRequired). */
  readonly ldapUrl: string;
  readonly address: string;
  /** PEM file of the authority that signed the server's certificate, which is good for the address and the name. */
  readonly caFile: string;
  readonly serverName: string;
  /** DNS name of the domain in small letters. */
  readonly domain: string;
  readonly baseDn: string;
  /** The administrator. */
  readonly bindDn: string;
  readonly password: string;
  /** Unix socket on which everybody is SYSTEM without a bind: for fixtures that no LDAP client may write. */
  readonly systemSocket: string;
  /** The smb.conf, for Samba's own tools. */
  readonly configuration: string;
  readonly logFile: string;
  /** Folder of the databases. */
  readonly folder: string;
  /** Ends the controller and gives the address back; data are gone unless a directory was given. */
  stop(): Promise<void>;
  /** SIGKILL. Data stay; {@link restart} brings the controller back. */
  kill(): Promise<void>;
  /** Ends the controller if it runs, and starts it again on the same address with the same data. */
  restart(): Promise<void>;
  /** Like {@link restart}, with the data of a new domain. */
  reset(): Promise<void>;
  /** SIGSTOP: connections are still accepted by the kernel, nothing is answered. */
  pause(): void;
  /** SIGCONT: everything that arrived meanwhile is carried out now. */
  resume(): void;
}

/** Administrator's password where none is asked for. It guards nothing: the server is on loopback and holds samples. */
export const defaultPassword = 'Loopback-only-1';

/** DNS name of the domain where none is asked for. */
export const defaultRealm = 'LAB.TEST';

/**
 * Starts a domain controller on a copy of the databases in `snapshot`. It ends with this process at the latest.
 *
 * @throws when the address or the directory is taken, or Samba does not start
 */
export async function startFromSnapshot(
  options: ControllerOptions,
  snapshot: string,
): Promise<DomainController> {
  const { realm = defaultRealm, password = defaultPassword, schemaUpdates = false } = options;
  const domain = domainOf(realm);
  const { folder, hold } = await takeFolder(options.directory);
  const { address, release } = await reserveAddress(options.address).catch(async (error: unknown) => {
    await hold?.release();
    throw error;
  });
  const files = instanceFiles(folder);
  let samba: SambaProcess | undefined;

  const launch = async (): Promise<void> => {
    samba = await startInstance({ domain, folder, address, schemaUpdates });
  };
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    samba?.signal(signal);
    // A stopped process keeps SIGTERM for later.
    samba?.signal('SIGCONT');
    await samba?.untilEnded();
    samba = undefined;
  };
  const giveBack = async (): Promise<void> => {
    if (options.directory === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    await release();
    await hold?.release();
  };

  try {
    if (!existsSync(`${folder}/private/sam.ldb`)) await restoreSnapshot(snapshot, folder);
    await launch();
  } catch (error) {
    await giveBack();
    throw error;
  }
  return {
    url: `ldaps://${address}`,
    ldapUrl: `ldap://${address}`,
    address,
    ...files,
    folder,
    serverName: domain.serverName,
    domain: domain.dns,
    baseDn: domain.baseDn,
    bindDn: `CN=Administrator,CN=Users,${domain.baseDn}`,
    password,
    stop: async () => {
      await end(options.directory === undefined ? 'SIGKILL' : 'SIGTERM');
      await giveBack();
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      await launch();
    },
    reset: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      await mkdir(folder, { recursive: true });
      await restoreSnapshot(snapshot, folder);
      await launch();
    },
    pause: () => samba?.signal('SIGSTOP'),
    resume: () => samba?.signal('SIGCONT'),
  };
}

/** A folder for the data: the one asked for, which no other process may use at the same time, or a temporary one. */
async function takeFolder(
  directory: string | undefined,
): Promise<{ folder: string; hold: Hold | undefined }> {
  if (directory === undefined) return { folder: await createWorkFolder(), hold: undefined };
  const folder = resolve(directory);
  const hold = await tryHold(`directory ${folder}`);
  if (hold === undefined)
    throw new Error(`Another domain controller is running in ${folder}. Stop it first.`);
  await mkdir(folder, { recursive: true });
  return { folder, hold };
}
