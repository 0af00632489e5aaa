import { describe, expect, test } from 'vitest';
import { gather } from '../../../relay/handle/gather.ts';
import { foundObject } from '../../../relay/handle/outcome.ts';
import { inverseOf } from '../../../relay/plan/inverse.ts';
import { makePlan } from '../../../relay/plan/make-plan.ts';
import {
  Moment,
  markerOf,
  type ObjectKind,
  type ObjectRef,
  type RemoveIntent,
  type WireValue,
} from '../../../shared/domain/index.ts';
import { at, newEntraId, removeIntent } from '../intents.ts';
import { baseDn, createModelAd, ou } from '../model-ad.ts';

const now = Moment.parse(at);
const classes: Readonly<Record<ObjectKind, readonly string[]>> = {
  group: ['top', 'group'],
  user: ['top', 'person', 'organizationalPerson', 'user'],
  device: ['top', 'msDS-Device'],
};

async function remove(
  kind: ObjectKind,
  mode: RemoveIntent['mode'],
  attributes: Record<string, readonly WireValue[]> = {},
  quarantine?: string,
) {
  const ad = createModelAd();
  const ref: ObjectRef = { kind, id: newEntraId() };
  const held = ad.add({
    dn: `CN=x,${ou}`,
    objectClass: classes[kind],
    attributes: { adminDescription: [markerOf(ref)], ...attributes },
  });
  const people = [1, 2].map((index) => ad.add({ dn: `CN=p${index},${ou}`, objectClass: ['top', 'user'] }));
  if (kind === 'group') for (const { guid } of people) held.members.add(guid);
  const input = await gather(ad, removeIntent(ref, mode, quarantine), now);
  return { ad, held, input, planned: makePlan(input) };
}

describe('the end of a group', () => {
  test('"delete" deletes it', async () => {
    expect((await remove('group', 'delete')).planned.plan.operations).toMatchObject([{ op: 'delete' }]);
  });

  test('"distribution" takes the security off and leaves scope, members and marker', async () => {
    const { planned } = await remove('group', 'distribution', { groupType: ['-2147483646'] });
    expect(planned.plan.operations).toMatchObject([
      { op: 'modify', replace: { groupType: ['2'] }, before: { groupType: ['-2147483646'] } },
    ]);
    const again = await remove('group', 'distribution', { groupType: ['2'] });
    expect(again.planned.plan.operations).toEqual([]);
  });

  test('"strip" removes all members', async () => {
    const { planned } = await remove('group', 'strip');
    expect(planned.plan.operations).toMatchObject([
      { op: 'removeMembers', members: [`CN=p1,${ou}`, `CN=p2,${ou}`] },
    ]);
  });

  test('"quarantine" moves it under its name, and needs to know where', async () => {
    const { planned } = await remove('group', 'quarantine', {}, 'OU=Quarantine');
    expect(planned.plan.operations).toMatchObject([{ op: 'move', to: `CN=x,OU=Quarantine,${baseDn}` }]);
    expect((await remove('group', 'quarantine')).planned).toMatchObject({
      plan: { operations: [] },
      refusal: { code: 'PLACE_FORBIDDEN' },
    });
  });

  test('may be a move besides what the mode does, but nothing is moved that is deleted', async () => {
    const ops = async (mode: RemoveIntent['mode']) =>
      (await remove('group', mode, { groupType: ['-2147483640'] }, 'OU=Q')).planned.plan.operations.map(
        ({ op }) => op,
      );
    expect(await ops('distribution')).toEqual(['modify', 'move']);
    expect(await ops('strip')).toEqual(['removeMembers', 'move']);
    expect(await ops('delete')).toEqual(['delete']);
  });
});

describe('the end of a user or a device', () => {
  test('"disable" sets one bit of the account and leaves the others', async () => {
    const { planned } = await remove('user', 'disable', { userAccountControl: ['66048'] });
    expect(planned.plan.operations).toMatchObject([
      { op: 'modify', replace: { userAccountControl: ['66050'] }, before: { userAccountControl: ['66048'] } },
    ]);
    expect(
      (await remove('user', 'disable', { userAccountControl: ['66050'] })).planned.plan.operations,
    ).toEqual([]);
  });

  test('"disable" turns a device off', async () => {
    const { planned } = await remove('device', 'disable', { 'msDS-IsEnabled': ['TRUE'] });
    expect(planned.plan.operations).toMatchObject([
      { op: 'modify', replace: { 'msDS-IsEnabled': ['FALSE'] } },
    ]);
    expect(
      (await remove('device', 'disable', { 'msDS-IsEnabled': ['FALSE'] })).planned.plan.operations,
    ).toEqual([]);
  });
});

test.each([
  ['group', 'disable'],
  ['user', 'strip'],
  ['user', 'distribution'],
  ['device', 'strip'],
  ['device', 'distribution'],
  ['device', 'quarantine'],
] as const)('a %s cannot be ended by "%s", and says by what it can', async (kind, mode) => {
  const { planned } = await remove(kind, mode, {}, 'OU=Q');
  expect(planned.plan.operations).toEqual([]);
  expect(planned.refusal?.message).toContain('delete');
});

describe('a quarantine in which another object has the name', () => {
  const leave = async (heldDn: string) => {
    const ad = createModelAd();
    const ref: ObjectRef = { kind: 'user', id: newEntraId() };
    ad.add({ dn: `CN=x,OU=Q,${ou}`, objectClass: classes.user });
    ad.add({
      dn: heldDn.replace('MARKER', markerOf(ref)),
      objectClass: classes.user,
      attributes: { adminDescription: [markerOf(ref)], userAccountControl: ['514'] },
    });
    const intent = removeIntent(ref, 'disable', `OU=Q,OU=EntraWriteback`);
    return { ref, plan: makePlan(await gather(ad, intent, now)).plan };
  };

  test('takes the object under its marker', async () => {
    const { ref, plan } = await leave(`CN=x,${ou}`);
    expect(plan.operations).toMatchObject([{ op: 'move', to: `CN=${markerOf(ref)},OU=Q,${ou}` }]);
  });

  test('leaves it there', async () => {
    expect((await leave(`CN=MARKER,OU=Q,${ou}`)).plan.operations).toEqual([]);
  });
});

describe('the inverse of a plan', () => {
  test.each([
    ['group', 'distribution', { groupType: ['-2147483640'] }, undefined],
    ['group', 'strip', {}, 'OU=Q,OU=EntraWriteback'],
    ['group', 'delete', { displayName: ['Sales'] }, undefined],
    ['user', 'disable', { userAccountControl: ['512'] }, undefined],
  ] as const)(
    'of ending a %s by "%s" brings AD back to what it was',
    async (kind, mode, attributes, quarantine) => {
      const { ad, input, planned } = await remove(kind, mode, attributes, quarantine);
      const before = ad.dump();
      for (const operation of planned.plan.operations) await ad.apply(operation);
      expect(ad.dump()).not.toBe(before);
      const seen = { object: foundObject(input), members: input.members.current, created: undefined };
      for (const operation of inverseOf(planned.plan, seen).operations) await ad.apply(operation);
      expect(ad.dump()).toBe(before);
    },
  );
});
