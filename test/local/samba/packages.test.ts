import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { ensureSamba, howToInstall, missingPackages } from '../../../local/samba/packages.ts';

const files = {
  samba: 'usr/sbin/samba',
  'samba-dsdb-modules': 'usr/lib/x86_64-linux-gnu/samba/ldb/samldb.so',
  'samba-ad-provision': 'usr/share/samba/setup/provision.ldif',
  'ldap-utils': 'usr/bin/ldapsearch',
};

it('names exactly the packages whose files are not there', async () => {
  const root = await mkdtemp(join(tmpdir(), 'entra-writeback-root-'));
  try {
    const left = new Set(Object.keys(files));
    expect(missingPackages(root)).toEqual([...left]);
    for (const [name, file] of Object.entries(files)) {
      await mkdir(dirname(join(root, file)), { recursive: true });
      await writeFile(join(root, file), '');
      left.delete(name);
      expect(missingPackages(root)).toEqual([...left]);
    }
  } finally {
    await rm(root, { recursive: true });
  }
});

it('tells somebody who may not install packages the command, and the way without', () => {
  expect(howToInstall(['samba', 'ldap-utils'])).toContain(
    'sudo apt-get install --no-install-recommends samba ldap-utils',
  );
  expect(howToInstall(['samba'])).toContain('--ldap-url');
});

it('says and does nothing where all is installed', async () => {
  const said: string[] = [];
  await ensureSamba((line) => said.push(line));
  expect(said).toEqual([]);
});
