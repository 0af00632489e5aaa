import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { dump, logonNoise } from '../../../local/samba/dump.ts';
import { type SeededController, startSeededController } from '../../../local/samba/seeded-controller.ts';

let world: SeededController;
beforeAll(async () => {
  world = await startSeededController();
});
afterAll(() => world.dc.stop());

const value = (operation: 'add' | 'delete' | 'replace', type: string, values: string[]) =>
  new Change({ operation, modification: new Attribute({ type, values }) });

it('is the same as long as nobody writes, however often somebody binds and reads', async () => {
  const { dc, directory } = world;
  const before = await dump(dc, dc.baseDn);
  const account = { ...dc, ...directory.serviceAccount };
  for (let round = 0; round < 3; round += 1) await withConnection(account, async () => undefined);
  await expect(withConnection({ ...account, password: 'wrong' }, async () => undefined)).rejects.toThrow();
  expect(await dump(dc, dc.baseDn)).toBe(before);
});

it('shows every object of the subtree and nothing outside it', async () => {
  const { dc, directory } = world;
  const text = await dump(dc, directory.groupsOu);
  const dns = [...text.matchAll(/^dn: (.*)$/gm)].map((match) => match[1]);
  expect(dns.sort()).toEqual(
    [directory.groupsOu, ...Object.values(directory.groups).map(({ dn }) => dn)].sort(),
  );
  expect(text).toContain(`member: ${directory.people[0]?.dn}`);
  expect(text).toMatch(/nTSecurityDescriptor: hex 01/);
  for (const name of logonNoise) expect(text).not.toMatch(new RegExp(`^${name}:`, 'm'));
});

it.each([
  ['an attribute', (dn: string) => value('replace', 'info', [dn])],
  ['a member', (_dn: string, person: string) => value('add', 'member', [person])],
])('differs after a write of %s, and even after the write was taken back', async (_name, change) => {
  const { dc, directory } = world;
  const group = directory.groups.universal.dn;
  const before = await dump(dc, directory.groupsOu);
  const made = change(group, directory.people[1]?.dn ?? '');
  await withConnection(dc, (client) => client.modify(group, made));
  const after = await dump(dc, directory.groupsOu);
  expect(after).not.toBe(before);
  const { type, values } = made.modification;
  await withConnection(dc, (client) => client.modify(group, value('delete', type, values.map(String))));
  expect(await dump(dc, directory.groupsOu)).not.toBe(before);
});
