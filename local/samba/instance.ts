import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createAuthority, createServerCertificate } from './certificates.ts';
import type { Domain } from './domain.ts';
import { launchSamba, type SambaProcess } from './samba-process.ts';
import { expectedFolders, renderSmbConf } from './smb-conf.ts';
import { ensureSnapshot } from './snapshots.ts';

/** Where the files of a controller are that others need to know. */
export interface InstanceFiles {
  readonly configuration: string;
  readonly logFile: string;
  readonly caFile: string;
  /** Whoever connects here is SYSTEM without a bind. */
  readonly systemSocket: string;
}

/** The files of the controller whose databases are in `folder`. */
export function instanceFiles(folder: string): InstanceFiles {
  return {
    configuration: join(folder, 'smb.conf'),
    logFile: join(folder, 'samba.log'),
    caFile: join(folder, 'private/tls/ca.pem'),
    systemSocket: join(folder, 'private/ldap_priv/ldapi'),
  };
}

/** Writes configuration and certificates next to the databases in `folder` and starts a controller on them. */
export async function startInstance(options: {
  readonly domain: Domain;
  readonly folder: string;
  readonly address: string;
  readonly schemaUpdates: boolean;
}): Promise<SambaProcess> {
  const { domain, folder, address } = options;
  const files = instanceFiles(folder);
  for (const name of expectedFolders) await mkdir(join(folder, name), { recursive: true });
  await writeFile(files.configuration, renderSmbConf(options));
  await writeCertificates(domain, folder, address);
  return launchSamba({ ...files, lastSocket: files.systemSocket });
}

/** Samba looks for these three names by default, and insists that nobody else can read the key. */
async function writeCertificates(domain: Domain, folder: string, address: string): Promise<void> {
  const authority = await sharedAuthority();
  const own = await createServerCertificate(authority, {
    hosts: [domain.serverName, domain.dns, 'localhost'],
    addresses: [address],
  });
  const tls = join(folder, 'private/tls');
  await writeFile(join(tls, 'ca.pem'), authority.cert);
  await writeFile(join(tls, 'cert.pem'), own.cert);
  await writeFile(join(tls, 'key.pem'), own.key, { mode: 0o600 });
}

/** One authority for all controllers of this user, so that the trust file of one is good for any other. */
async function sharedAuthority() {
  const folder = await ensureSnapshot({ kind: 'authority' }, async (draft) => {
    const made = await createAuthority('entra-writeback local domain controllers');
    await writeFile(join(draft, 'cert.pem'), made.cert);
    await writeFile(join(draft, 'key.pem'), made.key, { mode: 0o600 });
  });
  return {
    cert: await readFile(join(folder, 'cert.pem'), 'utf8'),
    key: await readFile(join(folder, 'key.pem'), 'utf8'),
  };
}
