import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { withLock } from './lock.ts';
import { withSystemPath } from './system-path.ts';

const run = promisify(execFile);

/** The Debian packages of a local domain controller, and a file by which each is recognised on any distribution. */
const packages = [
  { name: 'samba', file: 'usr/sbin/samba' },
  { name: 'samba-dsdb-modules', file: 'usr/lib*/{,*/}samba/ldb/samldb.so' },
  { name: 'samba-ad-provision', file: 'usr/share/samba/setup/provision.ldif' },
  { name: 'ldap-utils', file: 'usr/bin/ldapsearch' },
] as const;

/**
 * Makes sure that a domain controller can be started here. As root it installs what is missing with apt, without
 * starting any service, which takes some ten seconds.
 *
 * @param say gets one line before anything is installed
 * @throws with the command to run when something is missing and this process may not install it, or apt fails
 */
export async function ensureSamba(say: (line: string) => void = console.error): Promise<void> {
  if (missingPackages().length === 0) return;
  await withLock('install samba', async () => {
    const missing = missingPackages();
    if (missing.length === 0) return;
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) throw new Error(howToInstall(missing));
    say(`Installing ${missing.join(', ')} for the local domain controller (no service is started).`);
    await installPackages(missing);
    // Later Debian versions have moved the server program to a package of its own.
    if (missingPackages().includes('samba')) await installPackages(['samba-ad-dc']);
  });
}

/**
 * Names of the packages that are not installed.
 *
 * @param root folder to look in instead of the machine's own
 */
export function missingPackages(root = '/'): readonly string[] {
  return packages.filter(({ file }) => globSync(file, { cwd: root }).length === 0).map(({ name }) => name);
}

/** What to tell somebody who may not install packages. */
export function howToInstall(missing: readonly string[]): string {
  return (
    `A local domain controller needs ${missing.join(', ')}. Install it once with\n` +
    `  sudo apt-get install --no-install-recommends ${missing.join(' ')}\n` +
    'or use an Active Directory that you have: --ldap-url, --ldap-bind-dn, --ldap-password-file and --ldap-ca.'
  );
}

/** Installs packages with apt; needs root. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const env = { ...withSystemPath(process.env), DEBIAN_FRONTEND: 'noninteractive' };
  const quietly = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  await withoutServices(async () => {
    try {
      await run('apt-get', [...quietly, 'update'], { env });
      await run('apt-get', [...quietly, 'install', '--yes', '--no-install-recommends', ...names], { env });
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new Error(`apt-get could not install ${names.join(', ')}:\n${said}`);
    }
  });
}

/** Debian's packages ask this file whether they may start their services (invoke-rc.d(8)): 101 says no. */
async function withoutServices(work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  const isOurs = !existsSync(policy);
  if (isOurs) await writeFile(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (isOurs) await rm(policy);
  }
}
