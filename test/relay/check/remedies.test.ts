import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { search } from '../../../local/samba/search.ts';
import type { CheckLine } from '../../../relay/check/index.ts';
import { policyOf } from '../../shared/policy/world.ts';
import { type Change, type CheckWorld, startCheckWorld, troubles } from './world.ts';

/** What the check prints is copied into a shell, as it stands, with an administrator in the place of the angle brackets. */

const run = promisify(execFile);
const program = resolve(import.meta.dirname, '../../../bin/entra-writeback.mjs');
let world: CheckWorld;
let folder: string;
beforeAll(async () => {
  [world, folder] = await Promise.all([startCheckWorld(), mkdtemp(join(tmpdir(), 'remedies-'))]);
  await writeFile(join(folder, 'password'), world.forest.dc.password);
  await symlink(program, join(folder, 'entra-writeback'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await world.forest.stop();
});

async function follow({ remedy = '' }: CheckLine): Promise<void> {
  const typed = remedy
    .replace(/<(enterprise )?administrator>/g, `'${world.forest.dc.bindDn}'`)
    .replace(/<file>/g, `'${join(folder, 'password')}'`)
    .replace(/ --apply /g, ' --apply --yes ');
  await run('sh', ['-euc', typed], {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
  });
}

/** Follows the remedy of every line that is not well, and answers what is not well afterwards. */
async function mended(change: Change): Promise<readonly CheckLine[]> {
  for (const line of troubles(await world.check(change))) await follow(line);
  return troubles(await world.check(change));
}

const units = async (): Promise<readonly string[]> => {
  const found = await search(world.forest.dc, world.base, '(objectClass=organizationalUnit)', ['ou']);
  return found.flatMap(({ values }) => values.ou ?? []);
};

test('every line about a forest that is not prepared turns well by its own command', async () => {
  expect(await mended({})).toEqual([]);
  // Six programs are started, on a machine that others use too.
}, 120_000);

test('the command asks the domain controller that answered, by the name in its certificate', async () => {
  const { caFile, bindDn, urls } = world.forest.relay;
  const directory = {
    urls: ['ldaps://127.0.0.1:9', ...urls],
    caFile,
    bindDn,
    passwordEnv: 'RELAY_CHECK_PASSWORD',
    serverName: world.forest.dc.serverName,
  };
  const settings = { classes: ['group'], containers: ['OU=Second'], directory };
  const [first, line] = troubles(await world.check({ settings }));
  expect(first).toMatchObject({ id: 'connection', status: 'error' });
  expect(line?.remedy).toContain(`--ldap-url ${urls[0]}`);
  expect(line?.remedy).toContain(`--ldap-server-name ${world.forest.dc.serverName}`);
  if (line !== undefined) await follow(line);
  expect(troubles(await world.check({ settings })).map(({ id }) => id)).toEqual(['connection']);
});

test('a policy that fills one attribute more is followed by the command, wherever its file lies', async () => {
  const text = 'groups: [{ rule: All, attributes: { info: "{description}" } }]\n';
  await writeFile(join(folder, "the administrator's $policy.yaml"), text);
  const settings = { classes: ['group'], containers: ['OU=EntraWriteback'] };
  const change = { settings, policy: policyOf(text), policyFile: "the administrator's $policy.yaml" };
  expect(troubles(await world.check(change))).toMatchObject([{ id: 'rights', status: 'error' }]);
  expect(await mended(change)).toEqual([]);
});

test.each([
  'OU=Teams of "all"'.replaceAll('"', '\\"'),
  'OU=\\#1\\, B\u00fcro\\+A\\; x',
  "OU=O'Brien",
  `OU=O'Brien $(touch pwned) \`id\` $HOME`,
  'OU=back\\\\slash!',
  'OU=clears \u001b[2J and \u202e turns',
])('a place with an odd name is made by its command, with its rights and no other place: %s', async (ou) => {
  const before = await units();
  const settings = { classes: ['group'], containers: [ou] };
  const lines = await world.check({ settings });
  expect(troubles(lines)).toMatchObject([{ id: 'container', status: 'error' }]);
  expect(JSON.stringify(lines)).not.toMatch(/\\u001b|\u202e/);
  expect(await mended({ settings })).toEqual([]);
  expect((await units()).length).toBe(before.length + 1);
});

test('to bring back deleted objects, rights are given in the places of the relay alone', async () => {
  await world.forest.stop();
  world = await startCheckWorld();
  const settings = { classes: ['group', 'user'], containers: ['OU=Teams'] };
  const policy = policyOf('groups: [{ rule: All, ou: OU=Teams }]\nusers: [{ rule: All, ou: OU=Teams }]\n');
  await writeFile(join(folder, 'password'), world.forest.dc.password);
  const change = { settings, policy };
  const [line] = troubles(await world.check(change));
  expect(line).toMatchObject({ id: 'deleted-objects', status: 'warning' });
  if (line !== undefined) await follow(line);
  expect(troubles(await world.check(change)).map(({ id }) => id)).not.toContain('deleted-objects');
  expect(await units()).not.toContain('EntraWriteback');
});
