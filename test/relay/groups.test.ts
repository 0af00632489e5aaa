import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { markerOf } from '../../shared/domain/index.ts';
import { bySid, complete, delta, desiredGroup, removeIntent, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const person = (index: number) => {
  const found = world.seeded.people[index];
  if (!found) throw new Error(`There is no person ${index}.`);
  return found;
};
const dnOf = (desired: { commonName: string }): string =>
  `CN=${desired.commonName},${world.seeded.writebackOu}`;

describe('a group that AD does not have', () => {
  test('is created with its type, names, markers and members', async () => {
    const desired = desiredGroup();
    const members = [bySid(person(0).sid), bySid(person(1).sid), bySid(person(2).sid)];
    const outcome = await world.outcomeOf(writeIntent(desired, complete(members)));
    expect(outcome).toMatchObject({ result: 'applied', membersAdded: 3, leftOut: [], violations: [] });
    const entry = await world.look(dnOf(desired));
    expect(entry?.values).toMatchObject({
      groupType: ['-2147483640'],
      sAMAccountName: [desired.samAccountName],
      displayName: ['Sales'],
      adminDescription: [markerOf(desired)],
      'msDS-ExternalDirectoryObjectId': [markerOf(desired)],
    });
    expect(await world.membersOf(dnOf(desired))).toEqual([person(0).dn, person(1).dn, person(2).dn].sort());
  });

  test('is created from a delta with what is known, and the whole membership is asked for', async () => {
    const desired = desiredGroup();
    const outcome = await world.outcomeOf(writeIntent(desired, delta([bySid(person(0).sid)])));
    expect(outcome).toMatchObject({ result: 'applied', failure: { needs: 'completeMembership' } });
    expect(await world.membersOf(dnOf(desired))).toEqual([person(0).dn]);
  });
});

describe('a member that is not of this forest', () => {
  const foreignSid = 'S-1-5-21-1111111111-2222222222-333333333-1104';

  test.each([
    ['listed', complete],
    ['added', delta],
  ])('and is %s is left out, and AD gets no stand-in for it', async (_how, membership) => {
    const desired = desiredGroup();
    const members = [bySid(person(0).sid), bySid(foreignSid), bySid('S-1-1-0')];
    const outcome = await world.outcomeOf(writeIntent(desired, membership(members)));
    expect(outcome.leftOut.map(({ reference, reason }) => [reference, reason]).toSorted()).toEqual([
      ['S-1-1-0', 'PROTECTED'],
      [foreignSid, 'OTHER_DOMAIN'],
    ]);
    expect(await world.membersOf(dnOf(desired))).toEqual([person(0).dn]);
    const standIn = `CN=${foreignSid},CN=ForeignSecurityPrincipals,${world.dc.baseDn}`;
    expect(await world.look(standIn)).toBeUndefined();
  });
});

describe('a group that is there', () => {
  test('is left alone when it is as desired, and AD sees no write', async () => {
    const desired = desiredGroup();
    const membership = complete([bySid(person(0).sid)]);
    await world.outcomeOf(writeIntent(desired, membership));
    const before = await world.look(dnOf(desired), ['uSNChanged']);
    const outcome = await world.outcomeOf(writeIntent(desired, membership));
    expect(outcome).toMatchObject({ result: 'unchanged', plan: { operations: [] } });
    expect(await world.look(dnOf(desired), ['uSNChanged'])).toEqual(before);
  });

  test('gains and loses exactly the members of a delta', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete([bySid(person(0).sid), bySid(person(1).sid)])));
    const outcome = await world.outcomeOf(
      writeIntent(desired, delta([bySid(person(2).sid)], [bySid(person(0).sid)])),
    );
    expect(outcome).toMatchObject({ result: 'applied', membersAdded: 1, membersRemoved: 1 });
    expect(await world.membersOf(dnOf(desired))).toEqual([person(1).dn, person(2).dn].sort());
  });

  test('is renamed, changed and converted in place, with its SID and GUID', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired));
    const before = await world.look(dnOf(desired), ['objectGUID', 'objectSid']);
    const renamed = {
      ...desired,
      commonName: `Vertrieb, Süd ${desired.id.slice(-6)}`,
      security: false,
      attributes: [{ name: 'displayName', values: ['Vertrieb'], when: 'always' as const }],
    };
    const outcome = await world.outcomeOf(writeIntent(renamed));
    expect(outcome).toMatchObject({ result: 'applied', violations: [] });
    const dn = `CN=${renamed.commonName.replace(',', '\\,')},${world.seeded.writebackOu}`;
    const after = await world.look(dn, ['objectGUID', 'objectSid', 'groupType', 'displayName']);
    expect(after?.values).toMatchObject({ groupType: ['8'], displayName: ['Vertrieb'] });
    expect(after?.bytes.objectGUID).toEqual(before?.bytes.objectGUID);
    expect(after?.bytes.objectSid).toEqual(before?.bytes.objectSid);
  });

  test('is deleted by a removal that says so, and a second removal finds nothing to do', async () => {
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired));
    const object = { kind: 'group' as const, id: desired.id };
    expect(await world.outcomeOf(removeIntent(object, 'delete'))).toMatchObject({ result: 'applied' });
    expect(await world.look(dnOf(desired))).toBeUndefined();
    expect(await world.outcomeOf(removeIntent(object, 'delete'))).toMatchObject({ result: 'unchanged' });
  });

  test('keeps its own name when another object has the new one, and the rest is written', async () => {
    const desired = desiredGroup();
    const other = desiredGroup();
    await world.outcomeOf(writeIntent(desired));
    await world.outcomeOf(writeIntent(other));
    const clashing = {
      ...desired,
      commonName: other.commonName,
      samAccountName: other.samAccountName,
      attributes: [{ name: 'displayName', values: ['Renamed'], when: 'always' as const }],
    };
    const outcome = await world.outcomeOf(writeIntent(clashing));
    expect(outcome.result).toBe('applied');
    expect(outcome.violations.map(({ code }) => code)).toEqual(['NAME_COLLISION', 'NAME_COLLISION']);
    expect((await world.look(dnOf(desired)))?.values).toMatchObject({
      displayName: ['Renamed'],
      sAMAccountName: [desired.samAccountName],
    });
  });
});
