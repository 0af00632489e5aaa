import type { Client } from 'ldapts';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { readPrincipals } from '../../../local/samba/principals.ts';
import { search } from '../../../local/samba/search.ts';
import { effectiveRights } from '../../../relay/check/effective.ts';
import { maskOf } from '../../../relay/prepare/security/rights.ts';
import { openSession, readDacl } from '../../../relay/prepare/session.ts';
import { writtenAttributes } from '../../../relay/prepare/written-attributes.ts';
import { Dn } from '../../../shared/domain/index.ts';
import { bySid, complete, delta } from '../intents.ts';
import { type Forest, startForest } from './forest.ts';
import {
  device,
  deviceId,
  deviceKey,
  deviceObjectId,
  group,
  groupId,
  user,
  userId,
  type Writer,
  writerOf,
} from './written.ts';

const markers = {
  group: `Group_${groupId}`,
  user: `User_${userId}`,
  device: `Device_${deviceObjectId}`,
} as const;

/** Attributes that writeback does not write, with values that AD would take from an administrator. */
const administrator = 'CN=Administrator,CN=Users,DC=lab,DC=test';
const outside = {
  group: [
    ['info', 'x'],
    ['managedBy', administrator],
    ['telephoneNumber', '1'],
  ],
  user: [
    ['info', 'x'],
    ['servicePrincipalName', 'http/x'],
    ['scriptPath', 'x.cmd'],
    ['pwdLastSet', '0'],
    ['accountExpires', '0'],
  ],
  device: [
    ['description', 'x'],
    ['msDS-ApproximateLastLogonTimeStamp', '1'],
  ],
} as const;

/** The schema of 2016 has the one of Exchange in it, so that mail is written too. */
const schemas = ['exchange', '2012_R2', '2008_R2'] as const;

describe.each(schemas)('with the schema %s', (schema) => {
  const hasDevices = schema !== '2008_R2';
  const kinds = hasDevices ? (['group', 'user', 'device'] as const) : (['group', 'user'] as const);
  let forest: Forest;
  let relay: Writer;
  let base: string;
  let sids: readonly string[];

  beforeAll(async () => {
    forest = await startForest(schema);
    base = forest.dc.baseDn;
    for (const kind of kinds) await forest.prepare({ kind });
    relay = await writerOf(forest);
    const principals = await readPrincipals(forest.dc, `OU=People,${base}`);
    sids = principals.filter(({ dn }) => forest.people.includes(dn)).map(({ sid }) => sid);
  });
  afterAll(async () => {
    await relay.directory.close();
    await forest.stop();
  });

  const sidAt = (index: number) => bySid(sids[index] ?? '');
  const look = async (dn: string) => (await forest.look(dn))?.values ?? {};

  describe('the relay account, prepared and nothing more,', () => {
    test('creates a group with members, writes each of its attributes, renames and moves it, and deletes it', async () => {
      const created = group();
      await relay.write(created, complete([sidAt(0), sidAt(1)]));
      const first = `CN=${created.commonName},OU=EntraWriteback,${base}`;
      expect((await look(first)).member).toHaveLength(2);
      const mail = { mail: ['sales@contoso.example'], mailNickname: ['sales'] };
      if (schema === 'exchange') expect(await look(first)).toMatchObject(mail);

      const security = { groupTypes: [], mailEnabled: false, securityEnabled: true };
      const changed = group({ displayName: 'Selling', description: 'Everybody in sales', ...security });
      await relay.write(
        { ...changed, container: 'OU=Users,OU=EntraWriteback' },
        delta([sidAt(2)], [sidAt(0)]),
      );
      const second = `CN=${changed.commonName},OU=Users,OU=EntraWriteback,${base}`;
      expect(await look(second)).toMatchObject({
        displayName: ['Selling'],
        description: ['Everybody in sales'],
        groupType: ['-2147483640'],
      });
      expect((await look(second)).member).toHaveLength(2);
      await relay.remove({ kind: 'group', id: groupId }, 'delete');
      expect(await forest.look(second)).toBeUndefined();
    });

    test('creates an account with a password, changes it, disables it, moves it aside and deletes it', async () => {
      const created = user();
      await relay.write(created);
      const first = `CN=${created.commonName},OU=Users,OU=EntraWriteback,${base}`;
      expect(await look(first)).toMatchObject({ userAccountControl: ['512'], givenName: ['Ada'] });
      const changed = user({
        displayName: 'Ada King',
        surname: 'King',
        jobTitle: 'Countess',
        userPrincipalName: 'king@contoso.example',
      });
      await relay.write(changed);
      const second = `CN=${changed.commonName},OU=Users,OU=EntraWriteback,${base}`;
      expect(await look(second)).toMatchObject({
        sn: ['King'],
        title: ['Countess'],
        sAMAccountName: ['king'],
      });
      await relay.remove({ kind: 'user', id: userId }, 'disable', 'OU=Quarantine,OU=EntraWriteback');
      const third = `CN=${changed.commonName},OU=Quarantine,OU=EntraWriteback,${base}`;
      expect(await look(third)).toMatchObject({ userAccountControl: ['514'] });
      await relay.remove({ kind: 'user', id: userId }, 'delete');
      expect(await forest.look(third)).toBeUndefined();
    });

    if (hasDevices)
      test('creates a device that another LDAP client decodes to what the cloud said, changes, disables and deletes it', async () => {
        const [owner = ''] = sids;
        const people = {
          registeredOwners: [{ id: userId, sid: owner }],
          registeredUsers: [{ id: userId, sid: owner }],
        };
        await relay.write(device(people));
        const dn = `CN=${deviceId},CN=RegisteredDevices,${base}`;
        const entry = await forest.look(dn);
        const octets = (name: string) => entry?.bytes[name]?.[0]?.toString('hex');
        expect(entry?.values).toMatchObject({
          objectClass: ['top', 'msDS-Device'],
          displayName: ['LAPTOP-01'],
          altSecurityIdentities: [deviceKey],
          'msDS-IsEnabled': ['TRUE'],
          'msDS-DeviceOSType': ['Windows'],
          'msDS-DeviceOSVersion': ['10.0.22631.2861'],
          'msDS-DevicePhysicalIDs': ['[GID]:g:6825'],
          'msDS-DeviceObjectVersion': ['2'],
          'msDS-IsManaged': ['TRUE'],
          'msDS-CloudIsManaged': ['TRUE'],
          ...(schema === 'exchange' && { 'msDS-IsCompliant': ['TRUE'] }),
          'msDS-CloudAnchor': [`Device_${deviceObjectId}`],
          adminDescription: [`Device_${deviceObjectId}`],
        });
        // 00112233-4455-6677-8899-aabbccddeeff: the first three fields little-endian.
        expect(octets('msDS-DeviceID')).toBe('33221100554477668899aabbccddeeff');
        const ownerInAd = (await forest.look(forest.people[0] ?? '', ['objectSid']))?.bytes.objectSid?.[0];
        expect(octets('msDS-RegisteredOwner')).toBe(ownerInAd?.toString('hex'));
        expect(octets('msDS-RegisteredUsers')).toBe(ownerInAd?.toString('hex'));

        await relay.write(
          device({ ...people, displayName: 'LAPTOP-02', accountEnabled: false, isCompliant: false }),
        );
        expect(await look(dn)).toMatchObject({ displayName: ['LAPTOP-02'], 'msDS-IsEnabled': ['FALSE'] });
        await relay.remove({ kind: 'device', id: deviceObjectId }, 'delete');
        expect(await forest.look(dn)).toBeUndefined();
      });
  });

  describe('elsewhere and otherwise the account', () => {
    const refused = { code: 50 };
    const asRelay = async (work: (client: Client) => Promise<void>): Promise<void> =>
      withConnection(
        { ...forest.dc, bindDn: forest.relay.bindDn, password: await forest.relay.password() },
        work,
      );
    const replace = (type: string, value: string) =>
      new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) });
    const newGroup = { objectClass: 'group', groupType: '-2147483640' };
    const ours = () => `CN=Ours,OU=EntraWriteback,${base}`;

    beforeAll(() => asRelay((client) => client.add(ours(), { ...newGroup, sAMAccountName: 'Ours' })));

    test.each([
      ['a group in another OU', 'CN=X,OU=People', newGroup],
      ['a group in CN=Users', 'CN=X,CN=Users', newGroup],
      ['an OU in its own', 'OU=X,OU=EntraWriteback', { objectClass: 'organizationalUnit' }],
      ['a computer', 'CN=X,OU=EntraWriteback', { objectClass: 'computer', sAMAccountName: 'X$' }],
      ['a contact', 'CN=X,OU=EntraWriteback', { objectClass: 'contact' }],
      [
        'a user where groups alone go',
        'CN=X,OU=EntraWriteback',
        { objectClass: 'user', sAMAccountName: 'X' },
      ],
      ['a container of its own', 'CN=X', { objectClass: 'container' }],
    ])('cannot create %s', async (_, relative, attributes) => {
      await expect(asRelay((client) => client.add(`${relative},${base}`, attributes))).rejects.toMatchObject(
        refused,
      );
    });

    test('cannot change, fill, rename or delete a group that is not in its OU', async () => {
      const dn = forest.foreignGroup;
      const [member = ''] = forest.people;
      const attempts: readonly ((client: Client) => Promise<void>)[] = [
        (client) => client.modify(dn, replace('description', 'x')),
        (client) => client.modify(dn, replace('member', member)),
        (client) => client.modifyDN(dn, `CN=Y,OU=People,${base}`),
        (client) => client.modifyDN(dn, `CN=Y,OU=EntraWriteback,${base}`),
        (client) => client.del(dn),
        (client) => client.modify(`CN=Domain Admins,CN=Users,${base}`, replace('member', member)),
      ];
      for (const attempt of attempts) await expect(asRelay(attempt)).rejects.toMatchObject(refused);
    });

    test('cannot move a group of its own to where it may not create one', async () => {
      const move = asRelay((client) => client.modifyDN(ours(), `CN=Ours,OU=People,${base}`));
      await expect(move).rejects.toMatchObject(refused);
    });

    test('may write of objects of its own what is written, and not one attribute more', async () => {
      await relay.write(group());
      await relay.write(user());
      if (hasDevices) await relay.write(device());
      const session = await openSession(forest.relay);
      try {
        for (const kind of kinds) {
          const [written] = await search(forest.dc, base, `(adminDescription=${markers[kind]})`, ['1.1']);
          const dn = Dn.parse(written?.dn);
          const rights = await effectiveRights(session, dn);
          const writes = writtenAttributes(kind, { forest: session.facts, mail: true, extra: [] });
          // AD does not list what a rename writes among what may be written (MS-ADTS §3.1.1.4.5).
          const listed = writes.filter((name) => name !== 'cn' && name !== 'name');
          const allowed = (rights?.attributes ?? []).filter((name) => name !== 'cn' && name !== 'name');
          expect(allowed.toSorted()).toEqual(listed.toSorted());
          expect(rights?.children).toEqual([]);
          for (const [type, value] of outside[kind])
            await expect(asRelay((client) => client.modify(dn, replace(type, value)))).rejects.toMatchObject(
              refused,
            );
        }
      } finally {
        await session.close();
      }
    });

    test('is not lifted above others by owning what it created', async () => {
      // Samba 4.17 keeps this entry and does not heed it; Windows does since Server 2008 (MS-DTYP §2.5.3.2).
      const dacl = await readDacl(forest.session, Dn.parse(ours()));
      const owner = dacl === 'hidden' ? [] : dacl?.entries.flatMap(({ ace }) => ace ?? []);
      expect(owner?.filter(({ trustee }) => trustee === 'S-1-3-4')).toMatchObject([
        { effect: 'allow', mask: maskOf(['RC']) },
      ]);
    });

    test('cannot reset the password of people', async () => {
      const [person = ''] = forest.people;
      const password = new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'unicodePwd', values: [Buffer.from('"Another-1"', 'utf16le')] }),
      });
      await expect(asRelay((client) => client.modify(person, password))).rejects.toMatchObject(refused);
    });

    if (hasDevices)
      test('cannot touch the device registration, nor make another container for devices', async () => {
        const services = 'CN=Device Registration Services,CN=Device Registration Configuration,CN=Services';
        const service = `CN=DeviceRegistrationService,${services},CN=Configuration,${base}`;
        const disable = asRelay((client) => client.modify(service, replace('msDS-IsEnabled', 'FALSE')));
        await expect(disable).rejects.toMatchObject(refused);
        const another = { objectClass: 'msDS-DeviceContainer' };
        await expect(asRelay((client) => client.add(`CN=X,${base}`, another))).rejects.toMatchObject(refused);
      });
  });
});
