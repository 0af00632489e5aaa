import { readFile } from 'node:fs/promises';
import { glob } from 'tinyglobby';
import { afterEach, expect, test } from 'vitest';
import { repository } from '../../infra/package/folders.ts';
import {
  confirmWebhook,
  type Feature,
  features,
  graphCall,
  permissions,
  permissionsFor,
  setUp,
} from '../../infra/setup/index.ts';
import {
  applicationId,
  type GraphOfPrincipals,
  identityId,
  startGraphOfPrincipals,
} from './graph-of-principals.ts';

const everything = [...permissions.map(({ name }) => name), 'Directory.ReadWrite.All'];
const least = ['Device.Read.All', 'Group.Read.All', 'User.Read.All'];

let graph: GraphOfPrincipals;
afterEach(() => graph?.close());

type Given = {
  features?: readonly Feature[];
  withdraw?: boolean;
  identity?: string;
  yes?: boolean;
  token?: string;
};

/** Runs setup as a person does; answers what was shown, and whether all is well. */
async function run(given: Given = {}): Promise<{ shown: string; well: boolean }> {
  const { yes = true, token = 'token of an administrator' } = given;
  const shown: string[] = [];
  const well = await setUp(
    {
      identityId: given.identity ?? identityId,
      features: given.features ?? [],
      withdraw: given.withdraw ?? false,
    },
    graphCall(graph.url, async () => token),
    (text) => shown.push(text),
    async () => yes,
  );
  return { shown: shown.join('\n'), well };
}

test('the least permissions are granted, each shown with its reason before', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: [] });
  const { shown, well } = await run();
  expect(well).toBe(true);
  expect(graph.granted()).toEqual(least);
  expect(shown).toMatch(/^Permissions of Microsoft Graph for id-entra-writeback/);
  expect(shown).toMatch(/\+ Device\.Read\.All: read devices, .*\n/);
  expect(shown).toMatch(/\n {4}Member\.Read\.Hidden: only with --feature hiddenMembers: read the members/);
  expect(shown).toMatch(/\n3 to change\.\nThe function app registers its webhook .* itself.*\nDone\./);
});

test('without consent nothing is changed', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: [] });
  const { shown, well } = await run({ yes: false });
  expect(well).toBe(false);
  expect(graph.changes).toEqual([]);
  expect(shown).toMatch(/Nothing was changed\.$/);
});

test('a second run changes nothing', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: [] });
  await run();
  const before = graph.changes.length;
  const { shown, well } = await run();
  expect(well).toBe(true);
  expect(graph.changes).toHaveLength(before);
  expect(shown).toMatch(
    /= Group\.Read\.All: granted already\.[\s\S]*Nothing to change\.\nThe function app registers/,
  );
});

test('a feature adds its own permission and no other', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: least });
  await run({ features: ['hiddenMembers'] });
  expect(graph.changes).toEqual(['POST Member.Read.Hidden']);
});

test('a permission that nothing needs is pointed at, and withdrawn only when that is wanted', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: ['Directory.ReadWrite.All'] });
  const { shown } = await run();
  expect(shown).toContain('? Directory.ReadWrite.All: not needed. --withdraw takes it away.');
  expect(graph.granted()).toContain('Directory.ReadWrite.All');

  await run({ withdraw: true });
  expect(graph.granted()).toEqual(least);
});

test('what is new is granted before what is superfluous is withdrawn', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: ['Directory.ReadWrite.All'] });
  await run({ withdraw: true });
  expect(graph.changes.at(-1)).toBe('DELETE Directory.ReadWrite.All');
  expect(graph.changes).toHaveLength(4);
});

test('a cloud without a permission is told, and the rest is granted', async () => {
  graph = await startGraphOfPrincipals({ permissions: least, granted: [] });
  const { shown, well } = await run({ features: ['hiddenMembers'] });
  expect(well).toBe(false);
  expect(shown).toContain('! Member.Read.Hidden: this cloud does not have it');
  expect(graph.granted()).toEqual(least);
});

test('an identity that is no managed identity is refused with the way to the right id', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: [] });
  await expect(run({ identity: applicationId })).rejects.toThrow(
    /an app .* of type Application\. .*IDENTITY_PRINCIPAL_ID/,
  );
});

test('without the right role the refusal of Graph comes with the role that is needed', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: [], mayGrant: false });
  await expect(run()).rejects.toThrow(/403 \(Authorization_RequestDenied: .*Privileged Role Administrator/);
});

test('a token that Graph does not take leads back to signing in', async () => {
  graph = await startGraphOfPrincipals({ permissions: everything, granted: [] });
  await expect(run({ token: 'old' })).rejects.toThrow(/401 .*az login/);
});

const status = (...resources: readonly string[]) => ({
  subscriptions: resources.map((resource) => ({ resource, expiresAt: '2026-03-03T08:00:00Z' })),
});

/** Looks at a function app that answers so, one answer after the other. */
async function confirm(now: string, ...answers: readonly unknown[]) {
  const rest = [...answers];
  const shown: string[] = [];
  const look = {
    status: async () => rest.shift(),
    again: async () => rest.length > 0,
    now: () => new Date(now),
  };
  return { well: await confirmWebhook(look, (text) => shown.push(text)), shown: shown.join('\n') };
}

test('the webhook is waited for until Graph tells of groups and of users', async () => {
  const { well, shown } = await confirm(
    '2026-03-01T08:00:00Z',
    status(),
    status('/groups'),
    status('/groups', '/users'),
  );
  expect(well).toBe(true);
  expect(shown.match(/Waiting/g)).toHaveLength(1);
  expect(shown).toMatch(/✓ \/groups: subscribed until .*\n {2}✓ \/users: subscribed until/);
});

test('a webhook that does not come, or is over, is told with the place that says why', async () => {
  const missing = await confirm('2026-03-01T08:00:00Z', status('/groups'));
  expect(missing).toMatchObject({
    well: false,
    shown: expect.stringMatching(/✗ \/users: not subscribed yet.*violations/),
  });
  const over = await confirm('2026-03-04T08:00:00Z', status('/groups', '/users'));
  expect(over.well).toBe(false);
});

test('every feature has a permission, and none is granted unasked but the three that read', () => {
  for (const feature of features) expect(permissionsFor([feature]).length).toBeGreaterThan(least.length);
  expect(
    permissionsFor([])
      .map(({ name }) => name)
      .sort(),
  ).toEqual(least);
});

test('every permission that the code asks for by name is one that setup can grant', async () => {
  const paths = await glob('shared/**/*.ts', { cwd: repository, absolute: true });
  const texts = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const asked = texts.flatMap((text) =>
    [...text.matchAll(/permission(?:: | = )'([\w.-]+)'/g)].map(([, name = '']) => name),
  );
  const grantable = permissions.flatMap(({ name, covers }) => [name, ...covers]);
  expect(asked.length).toBeGreaterThan(3);
  expect(grantable).toEqual(expect.arrayContaining([...new Set(asked)]));
});
