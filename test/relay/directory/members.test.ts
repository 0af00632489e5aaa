import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { createPool } from '../../../relay/directory/connection/pool.ts';
import { openDirectory } from '../../../relay/directory/index.ts';
import { resolveEverywhere } from '../../../relay/directory/members/resolve-everywhere.ts';
import { readForest } from '../../../relay/directory/schema/read-forest.ts';
import { completeSettings } from '../../../relay/directory/settings.ts';
import { Dn, keyOf, markerOf, ObjectGuid, type Reference, Sid } from '../../../shared/domain/index.ts';
import { denyReadingMembers } from './deny.ts';
import { at, collect, formsOf, newId, startWorld, type World, ways } from './world.ts';

describe.each(ways)('members through %s', (way) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(way, { memberSlice: 1_600 });
  });
  afterAll(() => world.stop());

  const addContacts = async (count: number): Promise<readonly string[]> => {
    const dns = Array.from({ length: count }, (_, index) => `CN=contact ${index},${world.seeded.peopleOu}`);
    await withConnection(world.dc, (client) =>
      Promise.all(dns.map((dn) => client.add(dn, { objectClass: 'contact' }))),
    );
    return dns;
  };

  it('come with the key of their marker also where our containers are named relative to the domain', async () => {
    const nested = await world.group('nested in a relative one');
    const group = await world.group('parent in a relative one', { member: [nested.dn] });
    const directory = await openDirectory({ ...world.settings, markedContainers: ['OU=EntraWriteback'] });
    const members = await collect(directory.members(group.dn));
    await directory.close();
    expect(members.map(({ markerKey }) => markerKey)).toEqual([keyOf({ by: 'marker', ...nested.ref })]);
  });

  it('come with GUID and SID, and with the key of their marker where they are ours', async () => {
    const nested = await world.group('nested');
    const person = at(world.seeded.people, 0);
    const group = await world.group('parent', { member: [formsOf(person).sid, nested.dn] });
    const members = await collect(world.directory.members(group.dn));
    expect(members.toSorted((one, other) => one.dn.localeCompare(other.dn))).toEqual(
      [
        { dn: person.dn, guid: person.guid, sid: person.sid, markerKey: undefined },
        {
          dn: nested.dn,
          guid: nested.guid,
          sid: nested.sid,
          markerKey: keyOf({ by: 'marker', ...nested.ref }),
        },
      ].toSorted((one, other) => one.dn.localeCompare(other.dn)),
    );
  });

  it('are none in an empty group', async () => {
    const { dn } = await world.group('empty');
    expect(await collect(world.directory.members(dn))).toEqual([]);
  });

  it('that the account may not read are an error, not an empty group', async () => {
    const { dn } = await world.group('hidden', { member: [formsOf(at(world.seeded.people, 0)).sid] });
    const { sid, bindDn, password } = world.seeded.serviceAccount;
    await denyReadingMembers(world, dn, sid);
    const limited = await openDirectory({ ...world.settings, bindDn, password: () => password });
    await expect(collect(limited.members(dn))).rejects.toMatchObject({
      kind: 'refused',
      code: 'ACCESS_DENIED',
    });
    await limited.close();
  });

  it('of a group that is not there are an error, not an empty list', async () => {
    await expect(collect(world.directory.members(world.dn('never made')))).rejects.toMatchObject({
      kind: 'notFound',
    });
  });

  it('of a large group all come, however few the server gives at once', async () => {
    const contacts = await addContacts(1_700);
    const { dn, guid } = await world.group('large');
    await world.directory.apply({
      op: 'addMembers',
      dn,
      guid,
      members: contacts.map((one) => Dn.parse(one)),
    });
    const slices: number[] = [];
    const all = new Set<string>();
    for await (const slice of world.directory.members(dn)) {
      slices.push(slice.length);
      for (const member of slice) all.add(member.dn);
    }
    expect(all).toEqual(new Set(contacts));
    // The proxy gives 1,500 at most, as AD does; Samba gives what is asked for.
    expect(slices).toEqual(way === 'Samba' ? [1_600, 100] : [1_500, 200]);
  });

  it('that change while they are read are an error, because some could be missing', async () => {
    const { dn, guid } = await world.group('restless');
    const contacts = Array.from(
      { length: 1_700 },
      (_, index) => `CN=contact ${index},${world.seeded.peopleOu}`,
    );
    await world.directory.apply({
      op: 'addMembers',
      dn,
      guid,
      members: contacts.map((one) => Dn.parse(one)),
    });
    const reading = (async () => {
      for await (const _slice of world.directory.members(dn)) {
        const member = formsOf(at(world.seeded.people, 0)).sid;
        await world.directory.apply({ op: 'addMembers', dn, guid, members: [member] });
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 'CHANGED_MEANWHILE', retry: 'later' });
  });

  it('are resolved by SID, marker, device id with marker, and objectGUID, in the order asked, and what is missing is said', async () => {
    const group = await world.group('to be resolved');
    const person = at(world.seeded.people, 2);
    const computer = at(world.seeded.computers, 0);
    const [deviceId, deviceObjectId] = [newId(), newId()];
    const deviceDn = Dn.parse(`CN=${deviceId},${world.seeded.devicesContainer}`);
    const phone = {
      objectClass: ['msDS-Device'],
      displayName: ['Phone'],
      'msDS-IsEnabled': ['TRUE'],
      altSecurityIdentities: ['X509:<SHA1-TP-PUBKEY>01'],
    };
    await world.directory.apply({
      op: 'create',
      dn: deviceDn,
      attributes: {
        ...phone,
        'msDS-DeviceID': [{ base64: Buffer.alloc(16, 7).toString('base64') }],
        adminDescription: [markerOf({ kind: 'device', id: deviceObjectId })],
      },
    });
    // What another tool has written has the name of a device too, and not our marker.
    const foreign = newId();
    await withConnection(world.dc, async (client) => {
      const elsewhere = `CN=Elsewhere,${world.dc.baseDn}`;
      await client.add(elsewhere, { objectClass: 'msDS-DeviceContainer' });
      for (const name of [deviceId, foreign])
        await client.add(`CN=${name},${elsewhere}`, { ...phone, 'msDS-DeviceID': '0123456789abcdef' });
    });
    const references: readonly Reference[] = [
      { by: 'computer', objectGuid: ObjectGuid.parse(computer.guid), id: newId() },
      { by: 'marker', kind: 'group', id: newId() },
      { by: 'marker', ...group.ref },
      { by: 'sid', sid: Sid.parse('S-1-5-21-1-2-3-4') },
      { by: 'sid', sid: Sid.parse(person.sid) },
      { by: 'sid', sid: Sid.parse(world.seeded.groups.domainLocal.sid), kind: 'group' },
      { by: 'device', deviceId, id: deviceObjectId },
      { by: 'device', deviceId: foreign, id: newId() },
      // A person's GUID is no computer's.
      { by: 'computer', objectGuid: ObjectGuid.parse(person.guid), id: newId() },
    ];
    const resolved = await world.directory.resolve(references);
    expect(resolved.map(({ reference }) => reference)).toEqual(references);
    expect(resolved.map((one) => (one.found ? [one.dn, one.objectClass, one.scope] : one.reason))).toEqual([
      [computer.dn, 'computer', undefined],
      'NOT_IN_AD',
      [group.dn, 'group', 'universal'],
      'NOT_IN_AD',
      [person.dn, 'user', undefined],
      [world.seeded.groups.domainLocal.dn, 'group', 'domainLocal'],
      [deviceDn, 'msDS-Device', undefined],
      'NOT_IN_AD',
      'NOT_IN_AD',
    ]);
  });

  it('of another domain are found by the global catalog, and by nobody where it does not answer', async () => {
    const [one, two] = [at(world.seeded.people, 0), at(world.seeded.people, 1)];
    const references = [one, two].map(({ sid }) => ({ by: 'sid' as const, sid: Sid.parse(sid) }));
    const settings = completeSettings(world.settings);
    const pool = createPool(settings);
    const forest = await pool.read((connection) => readForest(connection, 1000));
    // In a domain with another SID, what this forest has is of another domain.
    const facts = { ...forest.facts, domainSid: Sid.parse('S-1-5-21-9-9-9') };
    const resolveWith = async (url: string | undefined) => {
      const catalog =
        url === undefined ? undefined : createPool({ ...settings, caFile: world.dc.caFile, urls: [url] });
      const resolved = await resolveEverywhere(references, { ...forest, facts }, pool, catalog);
      await catalog?.close();
      return resolved.map((found) => (found.found ? found.dn : found.reason));
    };
    expect(await resolveWith(`ldaps://${world.dc.address}:3269`)).toEqual([one.dn, two.dn]);
    expect(await resolveWith('ldaps://127.0.0.1:9')).toEqual(['NOT_IN_AD', 'NOT_IN_AD']);
    expect(await resolveWith(undefined)).toEqual(['NOT_IN_AD', 'NOT_IN_AD']);
    await pool.close();
  });

  it('are resolved in any number', async () => {
    const references = Array.from({ length: 12 }, () => world.seeded.people)
      .flat()
      .map((person) => ({ by: 'sid' as const, sid: Sid.parse(person.sid) }));
    const resolved = await world.directory.resolve(references);
    expect(resolved.map((one) => one.found && one.sid)).toEqual(references.map(({ sid }) => sid));
  });

  it('are not found by a marker that a user may have forged', async () => {
    const ref = { kind: 'user', id: newId() } as const;
    await world.replace(at(world.seeded.people, 4).dn, 'msDS-ExternalDirectoryObjectId', markerOf(ref));
    const [resolved] = await world.directory.resolve([{ by: 'marker', ...ref }]);
    expect(resolved).toMatchObject({ found: false, reason: 'NOT_IN_AD' });
  });

  it('are told from non-members without reading the group', async () => {
    const [one, two, three] = [0, 1, 2].map((index) => at(world.seeded.people, index));
    const { dn } = await world.group('a few', { member: [one, three].flatMap((who) => who?.dn ?? []) });
    const references = [one, two, three].flatMap((who) =>
      who === undefined ? [] : [{ by: 'sid' as const, sid: Sid.parse(who.sid) }],
    );
    const states = await world.directory.memberStates(dn, await world.directory.resolve(references));
    expect([...states]).toEqual([references[0], references[2]]);
  });
});
