import { join } from 'node:path';
import { type Domain, hostName } from './domain.ts';

/**
 * The smb.conf of a controller that serves LDAP and nothing else, on one address, with all its files in `folder`.
 *
 * `ldb:nosync` leaves out fsync: what was written survives the death of the process, which is what tests do to it,
 * though not a power cut.
 */
export function renderSmbConf(options: {
  readonly domain: Domain;
  readonly folder: string;
  readonly address: string;
  readonly schemaUpdates: boolean;
}): string {
  const { domain, folder, address, schemaUpdates } = options;
  const settings: Readonly<Record<string, string>> = {
    'netbios name': hostName.toUpperCase(),
    workgroup: domain.netbios,
    realm: domain.realm,
    'server role': 'active directory domain controller',
    'server services': 'ldap',
    interfaces: `${address}/8`,
    'bind interfaces only': 'yes',
    'ldap server require strong auth': 'yes',
    'dsdb:schema update allowed': schemaUpdates ? 'yes' : 'no',
    'ldb:nosync': 'yes',
    'log level': '1',
    ...Object.fromEntries(folderSettings.map(([name, path]) => [name, join(folder, path)])),
  };
  const lines = Object.entries(settings).map(([name, value]) => `\t${name} = ${value}\n`);
  return `[global]\n${lines.join('')}`;
}

const folderSettings = [
  ['lock directory', 'lock'],
  ['state directory', 'state'],
  ['cache directory', 'cache'],
  ['private dir', 'private'],
  ['pid directory', 'pid'],
  ['ncalrpc dir', 'ncalrpc'],
  ['binddns dir', 'bind-dns'],
  ['ntp signd socket directory', 'ntp-signd'],
  ['winbindd socket directory', 'winbindd'],
] as const;

/** The folders that Samba expects to find. */
export const expectedFolders = ['lock', 'state', 'cache', 'pid', 'ncalrpc', 'winbindd', 'private/tls'];
