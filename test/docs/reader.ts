import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, vi } from 'vitest';
import { relayPackage } from '../../infra/package/relay-package.ts';
import { guidToText } from '../../local/samba/identifiers.ts';
import { loadSettings } from '../../relay/settings/load-settings.ts';
import type { World } from '../e2e/world.ts';
import { createGroup, heldPlan, peopleOf } from './held-plan.ts';
import { root } from './pages.ts';

/** What came of a text of shell commands. */
export type Ran = { readonly code: number; readonly out: string; readonly error: string };

/** Somebody who follows the pages, in a folder of their own beside the running stack. */
export type Reader = {
  /** Runs the text as bash would, with the names in it replaced by those of the stack. */
  readonly run: (text: string) => Promise<Ran>;
  /** The text with what the reader puts in its places. Throws where a place is not known. */
  readonly fill: (text: string) => string;
  readonly leave: () => Promise<void>;
};

/** Prepares everything that the pages speak of: groups, a written plan, two held plans, a group made by hand. */
export async function startReader(world: World): Promise<Reader> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-reader-'));
  const [person = '', ...others] = await peopleOf(world, 3);
  const group = await createGroup(world, 'Finance', [person, ...others]);
  const held = await heldPlan(world, 'Held');
  const rejected = await heldPlan(world, 'Held Too');
  const byHand = await groupMadeByHand(world);
  const wanted = String((await world.graph('POST', '/v1.0/groups', securityGroup('Sales'))).id);
  const { ldap, graph, relayFile } = world.stack.file;
  const loaded = await loadSettings(relayFile);
  const account = loaded.ok ? loaded.settings.directory.bindDn : '';

  const places: Readonly<Record<string, string>> = {
    '<id>': group,
    '<group>': group,
    '<object id>': group,
    '<user>': person,
    '<plan>': await lastPlan(world, group),
    '<id in Entra>': wanted,
    '<objectGUID>': byHand,
    'hold-0123456789abcdef0123': held.holdId,
    '5f3c9a1e': held.planHash.slice(0, 8),
    'DC=corp,DC=example': ldap.baseDn,
    'ldaps://dc1.corp.example': ldap.url,
    'admin@corp.example': ldap.bindDn,
    'svc-writeback': `"${account}"`,
  };
  const fill = (text: string): string => {
    const lines = text.split('\n').map((line) => {
      const values = / reject /.test(line)
        ? {
            ...places,
            [held.holdId]: rejected.holdId,
            [held.planHash.slice(0, 8)]: rejected.planHash.slice(0, 8),
          }
        : places;
      return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(name, value), line);
    });
    const filled = lines.join('\n');
    const [unknown] = /<[A-Za-z][^<>\n]*>/.exec(filled) ?? [];
    if (unknown) throw new Error(`${unknown} stands for nothing that test/docs/reader.ts knows.`);
    return filled;
  };

  await symlink(dirname(world.stack.stackFile), join(folder, '.local'));
  await symlink(relayFile, join(folder, 'relay.yaml'));
  const policy = join(root, 'shared/policy/default-policy.yaml');
  for (const name of ['policy.yaml', 'new.yaml']) await copyFile(policy, join(folder, name));
  await writeFile(join(folder, 'admin-password.txt'), ldap.password, { mode: 0o600 });
  const authorities = await Promise.all(
    [graph.caFile, ldap.caFile].map((file) => (file ? readFile(file, 'utf8') : '')),
  );
  await writeFile(join(folder, 'authorities.pem'), authorities.join('\n'));
  for (const [name, contents] of Object.entries(await relayPackage()))
    if (name.endsWith('.mjs')) await writeFile(join(folder, name), contents);
  await writeFile(
    join(folder, 'entra-writeback'),
    `#!/bin/bash\n[ "$1" = entra-writeback ] && shift\nyes yes 2>/dev/null | ${process.execPath} ${join(root, 'cli/main.ts')} "$@"\n`,
    { mode: 0o755 },
  );
  await symlink(join(folder, 'entra-writeback'), join(folder, 'npx'));
  const env = {
    ...process.env,
    PATH: `${folder}:${process.env.PATH}`,
    NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/entra-writeback'),
    NODE_EXTRA_CA_CERTS: join(folder, 'authorities.pem'),
    ENTRA_WRITEBACK_URL: '',
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
  };
  return {
    fill,
    run: (text) =>
      new Promise((done) => {
        const script = `set -eE; trap 'echo "line $LINENO: $BASH_COMMAND" >&2' ERR\n${fill(text)}`;
        execFile('/bin/bash', ['-c', script], { cwd: folder, env, timeout: 120_000 }, (failure, out, error) =>
          done({ code: failure ? (typeof failure.code === 'number' ? failure.code : 128) : 0, out, error }),
        );
      }),
    leave: () => rm(folder, { recursive: true }),
  };
}

const securityGroup = (displayName: string) => ({
  displayName,
  mailEnabled: false,
  mailNickname: displayName,
  securityEnabled: true,
});

/** The id of the newest plan that was written for a group, when its story tells it. */
const lastPlan = (world: World, id: string): Promise<string> =>
  vi.waitFor(async () => {
    const { value } = (await (await world.api(`/objects/${id}/history`)).json()) as {
      value: { id: string; event: string }[];
    };
    const applied = value.find(({ event }) => event === 'outcome.applied');
    expect(applied).toBeDefined();
    return applied?.id ?? '';
  }, 20_000);

/** A group without marker, as an administrator makes it; answers its objectGUID. */
async function groupMadeByHand(world: World): Promise<string> {
  const dn = `CN=Sales,OU=EntraWriteback,${world.baseDn}`;
  await world.byHand((client) => client.add(dn, { objectClass: 'group', sAMAccountName: 'Sales' }));
  const entry = await world.find(dn);
  return guidToText(entry?.bytes.objectGUID?.[0] ?? Buffer.alloc(0));
}
