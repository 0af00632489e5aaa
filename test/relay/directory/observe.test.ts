import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { Dn, markerOf, Sid } from '../../../shared/domain/index.ts';
import { at, collect, createGroup, lookingFor, newId, startWorld, type World, ways } from './world.ts';

describe.each(ways)('observing through %s', (way) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(way);
  });
  afterAll(() => world.stop());

  it('tells what the forest is', async () => {
    const facts = await world.directory.facts();
    expect(facts).toMatchObject({
      baseDn: world.dc.baseDn,
      schemaVersion: 87,
      exchangePrepared: false,
      recycleBin: false,
      vendor: 'samba',
      dnsDomain: 'lab.test',
    });
    expect(at(world.seeded.people, 0).sid).toContain(`${facts.domainSid}-`);
    expect(facts.hasAttribute('MSDS-EXTERNALDIRECTORYOBJECTID')).toBe(true);
    expect(facts.hasAttribute('mailNickname')).toBe(false);
  });

  it('finds nothing where nothing is', async () => {
    const request = lookingFor(
      { kind: 'group', id: newId() },
      { targetDn: world.dn('nobody'), samAccountName: 'nobody', includeDeleted: true },
    );
    expect(await world.directory.observe(request)).toEqual({
      marked: [],
      deleted: [],
      continued: undefined,
      atTarget: undefined,
      nameHolder: undefined,
    });
  });

  it('finds a group by its marker wherever it was moved and whatever it was renamed to', async () => {
    const { ref, guid } = await world.group('wanderer');
    await withConnection(world.dc, (client) =>
      client.modifyDN(world.dn('wanderer'), `CN=elsewhere,${world.seeded.groupsOu}`),
    );
    const { marked, atTarget } = await world.directory.observe(
      lookingFor(ref, { targetDn: world.dn('wanderer') }),
    );
    expect(marked.map((object) => [object.guid, object.dn])).toEqual([
      [guid, `CN=elsewhere,${world.seeded.groupsOu}`],
    ]);
    expect(atTarget).toBeUndefined();
  });

  it('finds an object whose marker stands in adminDescription only', async () => {
    const ref = { kind: 'group', id: newId() } as const;
    const operation = createGroup(world.dn('old marker'), ref, { 'msDS-ExternalDirectoryObjectId': [] });
    await world.directory.apply(operation);
    const { marked } = await world.directory.observe(lookingFor(ref));
    expect(marked.map(({ dn }) => dn)).toEqual([world.dn('old marker')]);
  });

  it('shows every object that carries the same marker', async () => {
    const { ref } = await world.group('first of two');
    await world.directory.apply(createGroup(world.dn('second of two'), ref));
    const { marked } = await world.directory.observe(lookingFor(ref));
    expect(marked.map(({ dn }) => dn).sort()).toEqual([world.dn('first of two'), world.dn('second of two')]);
  });

  it('does not believe a user who has written the marker on the own account', async () => {
    const ref = { kind: 'user', id: newId() } as const;
    await world.replace(at(world.seeded.people, 3).dn, 'msDS-ExternalDirectoryObjectId', markerOf(ref));
    expect((await world.directory.observe(lookingFor(ref))).marked).toEqual([]);
  });

  it('shows who is in the way, by name and by sAMAccountName, and the object that is continued', async () => {
    const holder = at(world.seeded.people, 1);
    const observation = await world.directory.observe(
      lookingFor(
        { kind: 'group', id: newId() },
        {
          targetDn: Dn.parse(at(world.seeded.people, 0).dn),
          samAccountName: holder.samAccountName.toUpperCase(),
          continues: Sid.parse(world.seeded.groups.global.sid),
        },
      ),
    );
    expect(observation.atTarget?.guid).toBe(at(world.seeded.people, 0).guid);
    expect(observation.nameHolder?.guid).toBe(holder.guid);
    expect(observation.continued).toMatchObject({
      dn: world.seeded.groups.global.dn,
      sid: world.seeded.groups.global.sid,
    });
  });

  it('reads text as text and octets as octets, also octets that happen to be text', async () => {
    const person = at(world.seeded.people, 5);
    await world.replace(person.dn, 'mS-DS-ConsistencyGuid', 'sixteen letters!');
    await world.replace(person.dn, 'description', 'Grüße, ☃');
    const read = await world.directory.read(Dn.parse(person.dn), [
      'ms-ds-consistencyguid',
      'description',
      'mail',
    ]);
    expect(read?.attributes).toEqual({
      'mS-DS-ConsistencyGuid': [{ base64: Buffer.from('sixteen letters!').toString('base64') }],
      description: ['Grüße, ☃'],
      mail: [`${person.samAccountName}@lab.test`],
    });
    expect(read).toMatchObject({ guid: person.guid, sid: person.sid, dn: person.dn });
  });

  it('finds a deleted object by the marker that its tombstone keeps', async () => {
    const { ref, guid, sid, dn } = await world.group('short lived');
    await world.directory.apply({ op: 'delete', dn, guid });
    const { marked, deleted } = await world.directory.observe(lookingFor(ref, { includeDeleted: true }));
    expect(marked).toEqual([]);
    expect(deleted).toEqual([
      {
        dn: expect.stringContaining('CN=Deleted Objects,DC=lab,DC=test'),
        guid,
        sid,
        lastKnownParent: world.seeded.writebackOu,
        recycled: false,
        adminCount: 0,
      },
    ]);
    expect((await world.directory.observe(lookingFor(ref))).deleted).toEqual([]);
  });

  it('finds a device by its place, its name and its cloud anchor', async () => {
    const ref = { kind: 'device', id: newId() } as const;
    const dn = Dn.parse(`CN=${newId()},${world.seeded.devicesContainer}`);
    await world.directory.apply({
      op: 'create',
      dn,
      attributes: {
        objectClass: ['msDS-Device'],
        displayName: ['Laptop'],
        'msDS-DeviceID': [{ base64: Buffer.alloc(16, 0xf1).toString('base64') }],
        'msDS-IsEnabled': ['TRUE'],
        altSecurityIdentities: ['X509:<SHA1-TP-PUBKEY>00'],
        'msDS-CloudAnchor': [{ base64: Buffer.from(markerOf(ref)).toString('base64') }],
      },
    });
    const byAnchor = await world.directory.observe(lookingFor(ref, { attributes: ['msDS-DeviceID'] }));
    expect(byAnchor.marked.map((object) => object.dn)).toEqual([dn]);
    expect(at(byAnchor.marked, 0).attributes['msDS-DeviceID']).toEqual([
      { base64: Buffer.alloc(16, 0xf1).toString('base64') },
    ]);
    const byPlace = await world.directory.observe(lookingFor(ref, { targetDn: dn }));
    expect(byPlace.marked.map((object) => object.dn)).toEqual([dn]);
  });

  it('lists every marked object of a kind for a sweep', async () => {
    const { dn } = await world.group('for the sweep');
    const groups = await collect(world.directory.marked('group'));
    expect(groups.map((object) => object.dn)).toContain(dn);
    const unmarked = groups.filter(({ dn: name }) => name === world.seeded.groups.universal.dn);
    expect(unmarked).toEqual([]);
  });
});
