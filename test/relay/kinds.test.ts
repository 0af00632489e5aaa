import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withConnection } from '../../local/samba/connection.ts';
import { guidToBytes } from '../../relay/directory/index.ts';
import { type DesiredDevice, type DesiredUser, markerOf, ObjectGuid } from '../../shared/domain/index.ts';
import { bySid, complete, delta, desiredGroup, newEntraId, removeIntent, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

/** Users, devices, and objects that come back: what needs more than a group and its service account. */

let world: World;
beforeAll(async () => {
  world = await startWorld({}, { asAdministrator: true });
});
afterAll(() => world.stop());

const dnOf = (desired: { commonName: string }): string =>
  `CN=${desired.commonName},${world.seeded.writebackOu}`;
const person = (index: number) => world.seeded.people[index] ?? { sid: '', dn: '' };

describe('a deleted group', () => {
  test('comes back with its SID when it is written again, without the members of before', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete([bySid(person(0).sid)])));
    const before = await world.look(dnOf(desired), ['objectGUID', 'objectSid']);
    await world.outcomeOf(removeIntent({ kind: 'group', id: desired.id }, 'delete'));
    expect(await world.look(dnOf(desired))).toBeUndefined();
    const outcome = await world.outcomeOf(writeIntent(desired, complete([bySid(person(1).sid)])));
    expect(outcome).toMatchObject({ result: 'applied' });
    expect(outcome.plan.operations[0]).toMatchObject({ op: 'reanimate' });
    const after = await world.look(dnOf(desired));
    expect(after?.bytes.objectSid).toEqual(before?.bytes.objectSid);
    expect(after?.bytes.objectGUID).toEqual(before?.bytes.objectGUID);
    expect(after?.values).toMatchObject({
      displayName: ['Sales'],
      adminDescription: [markerOf(desired)],
      sAMAccountName: [desired.samAccountName],
    });
    expect(await world.membersOf(dnOf(desired))).toEqual([person(1).dn]);
  });

  test('that comes back by a delta asks for the whole membership', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired));
    await world.outcomeOf(removeIntent({ kind: 'group', id: desired.id }, 'delete'));
    const outcome = await world.outcomeOf(writeIntent(desired, delta([bySid(person(0).sid)])));
    expect(outcome).toMatchObject({ result: 'applied', failure: { needs: 'completeMembership' } });
  });
});

const user = (given: Partial<DesiredUser> = {}): DesiredUser => {
  const id = given.id ?? newEntraId();
  return {
    kind: 'user',
    id,
    container: 'OU=EntraWriteback',
    commonName: `Ada_${id.slice(-6)}`,
    samAccountName: `ada${id.slice(-6)}`,
    attributes: [
      { name: 'displayName', values: ['Ada'], when: 'always' },
      { name: 'manager', values: [{ reference: bySid(person(0).sid) }], when: 'always' },
    ],
    drift: 'overwrite',
    enabled: true,
    start: 'disabled',
    smartcardRequired: false,
    ...given,
  };
};

describe('a user', () => {
  test('starts disabled, with its manager, and is not touched again', async () => {
    const desired = user();
    expect(await world.outcomeOf(writeIntent(desired))).toMatchObject({ result: 'applied' });
    expect((await world.look(dnOf(desired)))?.values).toMatchObject({
      userAccountControl: ['514'],
      adminDescription: [markerOf(desired)],
      manager: [person(0).dn],
    });
    expect(await world.outcomeOf(writeIntent(desired))).toMatchObject({ result: 'unchanged' });
  });

  test('starts enabled with a password that no plan, log or record shows', async () => {
    const desired = user({ start: 'randomPassword' });
    const outcome = await world.outcomeOf(writeIntent(desired));
    expect(outcome.result).toBe('applied');
    expect((await world.look(dnOf(desired)))?.values).toMatchObject({ userAccountControl: ['512'] });
    expect(outcome.plan.operations).toMatchObject([{ attributes: { unicodePwd: ['{random password}'] } }]);
    expect(await world.outcomeOf(writeIntent(desired))).toMatchObject({ result: 'unchanged' });
  });

  test('is disabled when it leaves, and enabled again when it returns', async () => {
    const desired = user({ start: 'randomPassword' });
    await world.outcomeOf(writeIntent(desired));
    const ref = { kind: 'user' as const, id: desired.id };
    expect(await world.outcomeOf(removeIntent(ref, 'disable'))).toMatchObject({ result: 'applied' });
    expect((await world.look(dnOf(desired)))?.values.userAccountControl).toEqual(['514']);
    expect(await world.outcomeOf(removeIntent(ref, 'disable'))).toMatchObject({ result: 'unchanged' });
    await world.outcomeOf(writeIntent(desired));
    expect((await world.look(dnOf(desired)))?.values.userAccountControl).toEqual(['512']);
  });
});

describe('a deleted account', () => {
  test.each([
    ['disabled', '514', true],
    ['randomPassword', '512', false],
  ] as const)(
    'comes back with its SID, without its password, and so as one starts by "%s"',
    async (start, control, isWithout) => {
      const desired = user({ start: 'randomPassword' });
      await world.outcomeOf(writeIntent(desired));
      const before = await world.look(dnOf(desired));
      await withConnection(world.dc, (client) => client.del(dnOf(desired)));
      const outcome = await world.outcomeOf(writeIntent({ ...desired, start }));
      expect(outcome.plan.operations[0]).toMatchObject({ op: 'reanimate' });
      const after = await world.look(dnOf(desired));
      expect(after?.bytes.objectSid).toEqual(before?.bytes.objectSid);
      expect(after?.values.userAccountControl).toEqual([control]);
      expect(after?.values.pwdLastSet?.[0] === '0').toBe(isWithout);
    },
  );
});

const device = (): DesiredDevice => {
  const deviceId = newEntraId();
  return {
    kind: 'device',
    id: newEntraId(),
    deviceId,
    container: 'CN=RegisteredDevices',
    commonName: deviceId,
    attributes: [
      { name: 'displayName', values: ['Laptop'], when: 'always' },
      {
        name: 'msDS-DeviceID',
        values: [{ base64: guidToBytes(ObjectGuid.parse(deviceId)).toString('base64') }],
        when: 'always',
      },
      { name: 'msDS-IsEnabled', values: ['TRUE'], when: 'always' },
      { name: 'altSecurityIdentities', values: ['X509:<SHA1-TP-PUBKEY>00'], when: 'always' },
      {
        name: 'msDS-RegisteredOwner',
        values: [{ base64: 'AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAA6AMAAA==' }],
        when: 'schemaHasIt',
      },
    ],
    drift: 'overwrite',
  };
};

describe('a device', () => {
  test('is created with its octets, found unchanged, nested in a group, and turned off', async () => {
    const desired = device();
    const dn = `CN=${desired.deviceId},CN=RegisteredDevices,${world.dc.baseDn}`;
    expect(await world.outcomeOf(writeIntent(desired))).toMatchObject({ result: 'applied', violations: [] });
    expect((await world.look(dn))?.bytes['msDS-DeviceID']).toEqual([
      guidToBytes(ObjectGuid.parse(desired.deviceId)),
    ]);
    expect(await world.outcomeOf(writeIntent(desired))).toMatchObject({ result: 'unchanged' });

    const group = desiredGroup();
    const reference = { by: 'device' as const, deviceId: desired.deviceId, id: desired.id };
    const written = await world.outcomeOf(writeIntent(group, complete([reference])));
    expect(written).toMatchObject({ result: 'applied', leftOut: [] });
    expect(await world.membersOf(dnOf(group))).toEqual([dn]);
    expect(await world.outcomeOf(writeIntent(group, complete([reference])))).toMatchObject({
      result: 'unchanged',
    });

    const ref = { kind: 'device' as const, id: desired.id };
    expect(await world.outcomeOf(removeIntent(ref, 'disable'))).toMatchObject({ result: 'applied' });
    expect((await world.look(dn))?.values['msDS-IsEnabled']).toEqual(['FALSE']);
    expect(await world.outcomeOf(removeIntent(ref, 'delete'))).toMatchObject({ result: 'applied' });
    expect(await world.look(dn)).toBeUndefined();
  });
});

describe('members that AD does not take', () => {
  test('are left out with their reasons, and the others are written', async () => {
    const desired = desiredGroup();
    const local = { ...bySid(world.seeded.groups.domainLocal.sid), kind: 'group' as const };
    const missing = bySid(`${person(0).sid.slice(0, person(0).sid.lastIndexOf('-'))}-99999`);
    const unwritten = { by: 'marker' as const, kind: 'group' as const, id: newEntraId() };
    const outcome = await world.outcomeOf(
      writeIntent(desired, complete([bySid(person(0).sid), local, missing, unwritten])),
    );
    expect(outcome.result).toBe('applied');
    expect(outcome.leftOut.map(({ reference, reason }) => [reference, reason]).toSorted()).toEqual(
      [
        [local.by === 'sid' ? local.sid : '', 'REFUSED_BY_AD'],
        [missing.by === 'sid' ? missing.sid : '', 'NOT_IN_AD'],
        [`group:${unwritten.id}`, 'NOT_IN_AD'],
      ].toSorted(),
    );
    expect(outcome.violations.map(({ code }) => code)).toEqual(['MEMBER_REFUSED']);
    expect(await world.membersOf(dnOf(desired))).toEqual([person(0).dn]);
  });
});
