import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { openDirectory } from '../../../relay/directory/index.ts';
import { randomPassword } from '../../../relay/plan/planned.ts';
import { Dn, markerOf, ObjectGuid } from '../../../shared/domain/index.ts';
import { at, createGroup, formsOf, lookingFor, newId, startWorld, type World, ways } from './world.ts';

describe.each(ways)('applying through %s', (way) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(way, { memberChunk: 5 });
  });
  afterAll(() => world.stop());

  const group = () => ({ kind: 'group', id: newId() }) as const;
  const people = (count: number) => world.seeded.people.slice(0, count).map((person) => formsOf(person).sid);
  const apply = (operation: Parameters<World['directory']['apply']>[0]) => world.directory.apply(operation);

  describe('create', () => {
    it('writes attributes and members in one add', async () => {
      world.proxy.resetCounters();
      const operation = createGroup(world.dn('all in one'), group(), {
        displayName: ['All in one'],
        proxyAddresses: ['SMTP:a@lab.test', 'smtp:b@lab.test'],
        info: [],
        member: people(3),
      });
      expect(await apply(operation)).toEqual({
        wrote: true,
        dn: world.dn('all in one'),
        refused: [],
        memberCount: 3,
      });
      if (way !== 'Samba') expect(world.proxy.requests).toEqual({ add: 1 });
      const entry = await world.look(world.dn('all in one'));
      expect(entry?.values.proxyAddresses?.toSorted()).toEqual(['SMTP:a@lab.test', 'smtp:b@lab.test']);
      expect(entry?.values).not.toHaveProperty('info');
      expect(entry?.values.member).toHaveLength(3);
    });

    it('a second time changes nothing, since the object with this marker is there', async () => {
      const operation = createGroup(world.dn('twice'), group(), { member: people(2) });
      await apply(operation);
      expect(await apply(operation)).toMatchObject({ wrote: false, memberCount: 0, refused: [] });
      expect(await world.members(world.dn('twice'))).toHaveLength(2);
    });

    it('never takes over an object of the same name with another marker or none', async () => {
      await apply(createGroup(world.dn('taken'), group()));
      await expect(apply(createGroup(world.dn('taken'), group()))).rejects.toMatchObject({
        code: 'ENTRY_EXISTS',
        retry: 'observe',
      });
    });

    it('says when it is the sAMAccountName that is taken', async () => {
      const name = at(world.seeded.people, 0).samAccountName;
      await expect(
        apply(createGroup(world.dn('free name'), group(), { sAMAccountName: [name] })),
      ).rejects.toMatchObject({ code: 'NAME_IN_USE', kind: 'conflict' });
    });

    it('says when the organisational unit is missing', async () => {
      const dn = Dn.parse(`CN=x,OU=missing,${world.dc.baseDn}`);
      await expect(apply(createGroup(dn, group()))).rejects.toMatchObject({ code: 'PARENT_NOT_FOUND' });
    });

    it('writes more members than fit one request', async () => {
      const operation = createGroup(world.dn('many'), group(), { member: people(13) });
      expect(await apply(operation)).toMatchObject({ wrote: true, memberCount: 13, refused: [] });
      expect(await world.members(world.dn('many'))).toHaveLength(13);
    });

    it('leaves out the one member that does not exist, and writes the others', async () => {
      const ghost = Dn.parse(`CN=ghost,${world.seeded.peopleOu}`);
      const operation = createGroup(world.dn('with ghost'), group(), { member: [...people(3), ghost] });
      const applied = await apply(operation);
      expect(applied).toMatchObject({ wrote: true, memberCount: 3 });
      expect(applied.refused).toEqual([{ member: ghost, message: expect.stringContaining('00000525') }]);
    });

    it('makes the password of an enabled account itself, so that no plan holds one', async () => {
      const id = newId();
      const user = (name: string, password: string) =>
        apply({
          op: 'create',
          dn: world.dn(name),
          attributes: {
            objectClass: ['user'],
            sAMAccountName: [name],
            userAccountControl: ['512'],
            adminDescription: [markerOf({ kind: 'user', id })],
            unicodePwd: [password],
          },
        });
      await user('enabled', randomPassword);
      const entry = await world.look(world.dn('enabled'), ['userAccountControl', 'pwdLastSet']);
      expect(entry?.values.userAccountControl).toEqual(['512']);
      expect(entry?.values.pwdLastSet).not.toEqual(['0']);
      await expect(user('plain', 'Secret-in-a-plan-1')).rejects.toThrow(
        'A plan may not hold a value of unicodePwd',
      );
      await expect(user('plain', 'Secret-in-a-plan-1')).rejects.not.toThrow('Secret');
    });
  });

  it('makes passwords that meet the strictest policy that a domain can have', async () => {
    await world.replace(world.dc.baseDn, 'minPwdLength', '128');
    const id = newId();
    await apply({
      op: 'create',
      dn: world.dn('strict'),
      attributes: {
        objectClass: ['user'],
        sAMAccountName: ['strict'],
        userAccountControl: ['512'],
        adminDescription: [markerOf({ kind: 'user', id })],
        unicodePwd: [randomPassword],
      },
    });
    await world.replace(world.dc.baseDn, 'minPwdLength', '7');
    const entry = await world.look(world.dn('strict'), ['userAccountControl']);
    expect(entry?.values.userAccountControl).toEqual(['512']);
  });

  describe('modify', () => {
    it('replaces, clears, and is the same a second time', async () => {
      const { dn, guid } = await world.group('modified', { description: ['before'], info: ['gone soon'] });
      const operation = {
        op: 'modify',
        dn,
        guid,
        replace: { description: ['after'], info: [], proxyAddresses: ['smtp:a@lab.test'] },
        before: {},
      } as const;
      for (const _ of [1, 2]) expect(await apply(operation)).toMatchObject({ wrote: true });
      const entry = await world.look(dn);
      expect(entry?.values).toMatchObject({ description: ['after'], proxyAddresses: ['smtp:a@lab.test'] });
      expect(entry?.values).not.toHaveProperty('info');
    });

    it('hits the object of the GUID, not another one that has got its DN', async () => {
      const { dn, guid } = await world.group('original');
      await withConnection(world.dc, (client) =>
        client.modifyDN(dn, `CN=moved away,${world.seeded.writebackOu}`),
      );
      const impostor = await world.group('original', {
        sAMAccountName: ['impostor'],
        description: ['untouched'],
      });
      expect(impostor.dn).toBe(dn);
      await apply({ op: 'modify', dn, guid, replace: { description: ['changed'] }, before: {} });
      expect((await world.look(dn))?.values.description).toEqual(['untouched']);
      expect((await world.look(world.dn('moved away')))?.values.description).toEqual(['changed']);
    });

    it('of an attribute that the schema does not have names the trouble', async () => {
      const { dn, guid } = await world.group('plain schema');
      const operation = { op: 'modify', dn, guid, replace: { mailNickname: ['x'] }, before: {} } as const;
      await expect(apply(operation)).rejects.toMatchObject({
        kind: 'schema',
        retry: 'never',
        resultCode: 16,
      });
    });

    it('of an object that is gone asks to look again', async () => {
      const guid = ObjectGuid.parse('11111111-1111-4111-8111-111111111111');
      const operation = {
        op: 'modify',
        dn: world.dn('gone'),
        guid,
        replace: { info: ['x'] },
        before: {},
      } as const;
      await expect(apply(operation)).rejects.toMatchObject({ kind: 'notFound', retry: 'observe' });
    });
  });

  describe('move', () => {
    it.each([
      ['a comma', 'Finance\\, EMEA'],
      ['a backslash at the end', 'trailing\\\\'],
      ['a backslash before a comma', 'both\\\\\\,'],
      ['spaces at the edges', '\\ edges\\ '],
      ['a leading number sign and reserved characters', '\\#1 \\"a\\"\\+\\<b\\>\\;\\=c'],
      ['letters outside of ASCII', 'Bücher ☃ 経理'],
    ])('to a name with %s', async (_what, name) => {
      const { dn, guid } = await world.group(`before ${_what}`);
      const to = world.dn(name);
      expect(await apply({ op: 'move', dn, guid, to })).toMatchObject({ wrote: true, dn: to });
      expect(await apply({ op: 'move', dn, guid, to })).toMatchObject({ wrote: false });
      const found = await world.directory.read(to, ['cn']);
      expect(found?.guid).toBe(guid);
      const back = await apply({ op: 'move', dn: to, guid, to: world.dn(`before ${_what}`) });
      expect(back.wrote).toBe(true);
    });

    it('changes letters only', async () => {
      const { dn, guid } = await world.group('small letters');
      expect(await apply({ op: 'move', dn, guid, to: world.dn('Small Letters') })).toMatchObject({
        wrote: true,
      });
      expect((await world.look(dn, ['cn']))?.values.cn).toEqual(['Small Letters']);
    });

    it('to another container keeps the SID', async () => {
      const { dn, guid, sid } = await world.group('to be moved');
      const to = Dn.parse(`CN=moved\\, and renamed,${world.seeded.groupsOu}`);
      await apply({ op: 'move', dn, guid, to });
      expect(await world.directory.read(to, [])).toMatchObject({ guid, sid });
    });

    it('finds the object although somebody has moved it meanwhile', async () => {
      const { dn, guid } = await world.group('moved twice');
      await withConnection(world.dc, (client) => client.modifyDN(dn, `CN=astray,${world.seeded.groupsOu}`));
      await apply({ op: 'move', dn, guid, to: world.dn('home again') });
      expect(await world.directory.read(world.dn('home again'), [])).toMatchObject({ guid });
    });

    it('into a container that is not there says so', async () => {
      const { dn, guid } = await world.group('no way');
      const to = Dn.parse(`CN=no way,OU=missing,${world.dc.baseDn}`);
      await expect(apply({ op: 'move', dn, guid, to })).rejects.toMatchObject({
        kind: 'notFound',
        code: 'PARENT_NOT_FOUND',
      });
    });
  });

  describe('delete and reanimate', () => {
    it('bring an object back with its SID, and are the same a second time', async () => {
      const { ref, dn, guid, sid } = await world.group('there and back');
      expect(await apply({ op: 'delete', dn, guid })).toMatchObject({ wrote: true });
      expect(await apply({ op: 'delete', dn, guid })).toMatchObject({ wrote: false });
      const { deleted } = await world.directory.observe(lookingFor(ref, { includeDeleted: true }));
      const operation = {
        op: 'reanimate',
        dn: at(deleted, 0).dn,
        guid,
        to: world.dn('back\\, again'),
      } as const;
      expect(await apply(operation)).toMatchObject({ wrote: true, dn: operation.to });
      expect(await world.directory.read(operation.to, [])).toMatchObject({ guid, sid });
      expect(await apply(operation)).toMatchObject({ wrote: false });
    });
  });

  it('is refused by rights that the account lacks, and says so', async () => {
    const { bindDn, password } = world.seeded.serviceAccount;
    const limited = await startLimited(world, bindDn, password);
    try {
      const dn = Dn.parse(`CN=not here,${world.seeded.groupsOu}`);
      await expect(limited.apply(createGroup(dn, group()))).rejects.toMatchObject({
        kind: 'refused',
        code: 'ACCESS_DENIED',
        retry: 'never',
      });
      expect(await limited.apply(createGroup(world.dn('here'), group()))).toMatchObject({ wrote: true });
    } finally {
      await limited.close();
    }
  });

  it('blames cloud source of authority where the object is under it', async () => {
    const { dn, guid } = await world.group('cloud owned');
    await world.replace(dn, 'msDS-ObjectSoa', 'Cloud');
    const { bindDn, password } = world.seeded.serviceAccount;
    world.proxy.faults.order({
      operation: 'modify',
      fault: { kind: 'answer', resultCode: 50, text: '00002098: SecErr: DSID-03150F94, problem 4003' },
    });
    const directory = await startLimited(world, bindDn, password, world.proxy);
    try {
      const operation = { op: 'modify', dn, guid, replace: { info: ['x'] }, before: {} } as const;
      await expect(directory.apply(operation)).rejects.toMatchObject({ kind: 'soaEnforced', retry: 'never' });
    } finally {
      await directory.close();
      world.proxy.faults.clear();
    }
  });
});

/** A directory of another account; through the place that the suite uses, or the one given. */
function startLimited(
  world: World,
  bindDn: string,
  password: string,
  reached: { readonly url: string; readonly caFile: string | undefined } = {
    url: world.settings.urls[0],
    caFile: world.settings.caFile,
  },
) {
  return openDirectory({
    ...world.settings,
    urls: [reached.url],
    caFile: reached.caFile,
    bindDn,
    password: () => password,
  });
}
