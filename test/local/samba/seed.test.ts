import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Attribute, Client } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { guidToText, sidToText } from '../../../local/samba/identifiers.ts';
import { find, search } from '../../../local/samba/search.ts';
import { type SeededController, startSeededController } from '../../../local/samba/seeded-controller.ts';

const seed = { people: 320, computers: 2, writeback: ['group', 'user', 'device'] } as const;

let world: SeededController;
let service: Client;
beforeAll(async () => {
  world = await startSeededController({ seed });
  const { dc, directory } = world;
  service = new Client({ url: dc.url, tlsOptions: { ca: [readFileSync(dc.caFile)] } });
  await service.bind(directory.serviceAccount.bindDn, directory.serviceAccount.password);
});
afterAll(async () => {
  await service.unbind();
  await world.dc.stop();
});

it('knows every person by the identifiers that the directory gave', async () => {
  const { dc, directory } = world;
  expect(directory.people).toHaveLength(seed.people);
  const entries = await search(dc, directory.peopleOu, '(objectClass=user)');
  expect(entries).toHaveLength(seed.people);
  const byName = new Map(entries.map((entry) => [entry.values.sAMAccountName?.[0], entry]));
  for (const person of directory.people) {
    const entry = byName.get(person.samAccountName);
    expect(person).toEqual({
      dn: entry?.dn,
      sid: sidToText(entry?.bytes.objectSid?.[0] ?? Buffer.alloc(0)),
      guid: guidToText(entry?.bytes.objectGUID?.[0] ?? Buffer.alloc(0)),
      samAccountName: entry?.values.sAMAccountName?.[0],
      upn: entry?.values.userPrincipalName?.[0],
      displayName: entry?.values.displayName?.[0],
    });
  }
  expect(new Set(directory.people.map(({ sid }) => sid)).size).toBe(seed.people);
});

it('gives people names that have to be escaped, and names that are not ASCII', () => {
  const names = world.directory.people.map(({ displayName }) => displayName);
  expect(names).toContain('Ada Smith, Jr.');
  expect(names.some((name) => /[^\x20-\x7e]/.test(name))).toBe(true);
});

it('has computers, and on-premises groups of each scope with a member', async () => {
  const { dc, directory } = world;
  expect(directory.computers.map(({ samAccountName }) => samAccountName)).toEqual(['PC00001$', 'PC00002$']);
  const types = { universal: '-2147483640', global: '-2147483646', domainLocal: '-2147483644' };
  for (const scope of ['universal', 'global', 'domainLocal'] as const) {
    const group = await find(dc, directory.groups[scope].dn);
    expect(group?.values).toMatchObject({ groupType: [types[scope]], member: [directory.people[0]?.dn] });
  }
});

it('has the same identifiers at every start', async () => {
  const again = await startSeededController({ seed });
  expect(again.directory).toEqual(world.directory);
  expect(again.dc.address).not.toBe(world.dc.address);
  await again.dc.stop();
});

describe('the service account', () => {
  const name = () => `CN=${randomUUID()}`;
  const group = { objectClass: 'group', groupType: '-2147483640' };

  it('creates, changes, renames and deletes groups in the writeback OU', async () => {
    const dn = `${name()},${world.directory.writebackOu}`;
    await service.add(dn, {
      ...group,
      member: `<SID=${world.directory.people[0]?.sid}>`,
      adminDescription: 'Group_1',
    });
    const renamed = `${name()},${world.directory.writebackOu}`;
    await service.modifyDN(dn, renamed);
    expect((await find(world.dc, renamed))?.values.member).toEqual([world.directory.people[0]?.dn]);
    await service.del(renamed);
    expect(await find(world.dc, renamed)).toBeUndefined();
  });

  it('creates enabled users with a password in the writeback OU', async () => {
    const dn = `${name()},${world.directory.writebackOu}`;
    await service.add(dn, [
      new Attribute({ type: 'objectClass', values: ['user'] }),
      new Attribute({ type: 'userAccountControl', values: ['512'] }),
      new Attribute({ type: 'unicodePwd', values: [Buffer.from('"Some-thing-1"', 'utf16le')] }),
    ]);
    expect((await find(world.dc, dn))?.values.userAccountControl).toEqual(['512']);
  });

  it('creates devices in the container for devices', async () => {
    const dn = `${name()},${world.directory.devicesContainer}`;
    await service.add(dn, {
      objectClass: 'msDS-Device',
      displayName: 'LAPTOP-1',
      'msDS-DeviceID': 'abcdefghijklmnop',
      'msDS-IsEnabled': 'TRUE',
      altSecurityIdentities: 'X509:<SHA1-TP-PUBKEY>00',
    });
    expect((await find(world.dc, dn))?.values.displayName).toEqual(['LAPTOP-1']);
  });

  it.each([
    ['a group among the people', () => world.directory.peopleOu, group],
    ['a group in CN=Users', () => `CN=Users,${world.dc.baseDn}`, group],
    ['an OU in the writeback OU', () => world.directory.writebackOu, { objectClass: 'organizationalUnit' }],
    ['a contact in the writeback OU', () => world.directory.writebackOu, { objectClass: 'contact' }],
  ])('may not create %s', async (_name, parent, attributes) => {
    const rdn = attributes.objectClass === 'organizationalUnit' ? name().replace('CN', 'OU') : name();
    await expect(service.add(`${rdn},${parent()}`, attributes)).rejects.toMatchObject({ code: 50 });
  });

  it('may neither change nor delete what is not in the writeback OU', async () => {
    const { dn } = world.directory.groups.universal;
    await expect(service.del(dn)).rejects.toMatchObject({ code: 50 });
    await expect(service.modifyDN(dn, `${name()},${world.directory.writebackOu}`)).rejects.toMatchObject({
      code: 50,
    });
    await expect(service.del(world.directory.writebackOu)).rejects.toMatchObject({ code: 50 });
  });
});

it('grants groups only, and makes no container for devices, unless asked', async () => {
  const plain = await startSeededController();
  try {
    const { writebackOu, devicesContainer, serviceAccount } = plain.directory;
    expect(devicesContainer).toBeUndefined();
    expect(await find(plain.dc, `CN=RegisteredDevices,${plain.dc.baseDn}`)).toBeUndefined();
    await withConnection({ ...plain.dc, ...serviceAccount }, async (client) => {
      await client.add(`CN=G,${writebackOu}`, { objectClass: 'group' });
      await expect(client.add(`CN=U,${writebackOu}`, { objectClass: 'user' })).rejects.toMatchObject({
        code: 50,
      });
    });
  } finally {
    await plain.dc.stop();
  }
});
