import { describe, expect, test } from 'vitest';
import { gather } from '../../../relay/handle/gather.ts';
import { makePlan } from '../../../relay/plan/make-plan.ts';
import type { Planned } from '../../../relay/plan/planned.ts';
import { type Intent, Moment, markerOf, Sid } from '../../../shared/domain/index.ts';
import {
  at,
  bySid,
  complete,
  delta,
  desiredGroup,
  removeIntent,
  unchanged,
  writeIntent,
} from '../intents.ts';
import { createModelAd, type ModelAd, ou } from '../model-ad.ts';

const now = Moment.parse(at);

/** What the planner makes of an intent and an AD. */
async function planFor(ad: ModelAd, intent: Intent): Promise<Planned> {
  return makePlan(await gather(ad, intent, now));
}

const ops = ({ plan }: Planned): readonly string[] => plan.operations.map(({ op }) => op);
const codes = ({ violations }: Planned): readonly string[] => violations.map(({ code }) => code);

/** The group as it should be, in AD. */
function present(ad: ModelAd, desired: ReturnType<typeof desiredGroup>, attributes = {}, dn?: string) {
  return ad.add({
    dn: dn ?? `CN=${desired.commonName},${ou}`,
    attributes: {
      sAMAccountName: [desired.samAccountName],
      groupType: ['-2147483640'],
      adminDescription: [markerOf(desired)],
      'msDS-ExternalDirectoryObjectId': [markerOf(desired)],
      displayName: ['Sales'],
      ...attributes,
    },
  });
}

type Row = {
  readonly situation: string;
  readonly intent?: (desired: ReturnType<typeof desiredGroup>) => Intent;
  readonly given: (ad: ModelAd, desired: ReturnType<typeof desiredGroup>) => void;
  readonly operations: readonly string[];
  readonly violations?: readonly string[];
  readonly refused?: boolean;
};

const original = Sid.parse('S-1-5-21-1-2-3-5000');
const continuing = (desired: ReturnType<typeof desiredGroup>) =>
  writeIntent({ ...desired, continues: original });
const removing = (desired: ReturnType<typeof desiredGroup>) =>
  removeIntent({ kind: 'group', id: desired.id }, 'delete');
const conflict = { operations: [], violations: ['MARKER_CONFLICT'], refused: true };

/** The decision table that stands above makePlan, row by row. */
const table: readonly Row[] = [
  {
    situation: 'the marker stands on two objects',
    given: (ad, desired) => {
      present(ad, desired);
      present(ad, desired, { sAMAccountName: ['other'] }, `CN=other,${ou}`);
    },
    ...conflict,
  },
  {
    situation: 'the marker stands on two objects, and the intent removes',
    intent: removing,
    given: (ad, desired) => {
      present(ad, desired);
      present(ad, desired, { sAMAccountName: ['other'] }, `CN=other,${ou}`);
    },
    ...conflict,
  },
  {
    situation: 'the marker stands on an object of another class',
    given: (ad, desired) => {
      ad.add({
        dn: `CN=x,${ou}`,
        objectClass: ['top', 'person', 'organizationalPerson', 'user'],
        attributes: { adminDescription: [markerOf(desired)] },
      });
    },
    ...conflict,
  },
  {
    situation: 'the object carries a second marker that names another cloud object',
    given: (ad, desired) => {
      present(ad, desired, { 'msDS-ExternalDirectoryObjectId': [markerOf(desiredGroup())] });
    },
    ...conflict,
  },
  { situation: 'AD is as desired', given: (ad, desired) => void present(ad, desired), operations: [] },
  {
    situation: 'an attribute differs',
    given: (ad, desired) => void present(ad, desired, { displayName: ['Old'] }),
    operations: ['modify'],
  },
  {
    situation: 'an attribute that must be absent is there',
    given: (ad, desired) => void present(ad, desired, { description: ['left over'] }),
    operations: ['modify'],
  },
  {
    situation: 'the object stands elsewhere under another name',
    given: (ad, desired) => void present(ad, desired, {}, `CN=old,OU=a,${ou}`),
    operations: ['move'],
  },
  {
    situation: 'the name differs in case only',
    given: (ad, desired) => void present(ad, desired, {}, `CN=${desired.commonName.toUpperCase()},${ou}`),
    operations: ['move'],
  },
  {
    situation: 'the type is another one',
    given: (ad, desired) => void present(ad, desired, { groupType: ['8'] }),
    operations: ['modify'],
  },
  {
    situation: 'the type must go by way of universal',
    intent: (desired) => writeIntent({ ...desired, scope: 'domainLocal' }),
    given: (ad, desired) => void present(ad, desired, { groupType: ['-2147483646'] }),
    operations: ['modify', 'modify'],
  },
  {
    situation: 'only one of the two marker attributes is there',
    given: (ad, desired) => {
      const held = present(ad, desired);
      delete held.attributes['msDS-ExternalDirectoryObjectId'];
    },
    operations: ['modify'],
  },
  {
    situation: 'another object has the desired name',
    given: (ad, desired) => {
      present(ad, desired, { displayName: ['Old'] }, `CN=old,${ou}`);
      ad.add({ dn: `CN=${desired.commonName},${ou}` });
    },
    operations: ['modify'],
    violations: ['NAME_COLLISION'],
  },
  {
    situation: 'another object has the desired sAMAccountName',
    given: (ad, desired) => {
      present(ad, desired, { sAMAccountName: ['mine'], displayName: ['Old'] });
      ad.add({
        dn: 'CN=x,CN=Users,DC=lab,DC=test',
        attributes: { sAMAccountName: [desired.samAccountName] },
      });
    },
    operations: ['modify'],
    violations: ['NAME_COLLISION'],
  },
  {
    situation: 'names are taken and there are others to fall back on',
    intent: (desired) =>
      writeIntent({ ...desired, fallback: { commonName: 'Fallback', samAccountName: 'fallback' } }),
    given: (ad, desired) => {
      ad.add({
        dn: `CN=${desired.commonName},${ou}`,
        attributes: { sAMAccountName: [desired.samAccountName] },
      });
    },
    operations: ['create'],
  },
  {
    situation: 'the object fell back on other names, and those that it wanted are free again',
    intent: (desired) =>
      writeIntent({ ...desired, fallback: { commonName: 'Fallback', samAccountName: 'fallback' } }),
    given: (ad, desired) => void present(ad, desired, { sAMAccountName: ['fallback'] }, `CN=Fallback,${ou}`),
    operations: [],
  },
  {
    situation: 'a sweep finds a change made by hand',
    intent: (desired) => writeIntent(desired, unchanged, { cause: 'sweep' }),
    given: (ad, desired) => void present(ad, desired, { displayName: ['By hand'] }),
    operations: ['modify'],
    violations: ['DRIFT_OVERWRITTEN'],
  },
  {
    situation: 'a sweep finds a change made by hand, which is only to be reported',
    intent: (desired) => writeIntent({ ...desired, drift: 'report' }, unchanged, { cause: 'sweep' }),
    given: (ad, desired) => void present(ad, desired, { displayName: ['By hand'] }),
    operations: [],
    violations: ['DRIFT_REPORTED'],
  },
  {
    situation: 'a sweep finds nothing',
    intent: (desired) => writeIntent(desired, unchanged, { cause: 'sweep' }),
    given: (ad, desired) => void present(ad, desired),
    operations: [],
  },
  {
    situation: 'the original has no marker',
    intent: continuing,
    given: (ad, desired) =>
      void ad.add({
        dn: `CN=Original,OU=Elsewhere,${ou}`,
        rid: 5000,
        attributes: { displayName: [desired.id] },
      }),
    operations: ['modify', 'modify'],
  },
  {
    situation: 'the original carries the marker of another cloud object',
    intent: continuing,
    given: (ad) =>
      void ad.add({
        dn: `CN=Original,${ou}`,
        rid: 5000,
        attributes: { adminDescription: [markerOf(desiredGroup())] },
      }),
    ...conflict,
  },
  {
    situation: 'the original does not exist',
    intent: continuing,
    given: () => undefined,
    ...conflict,
    violations: ['ORIGINAL_NOT_FOUND'],
  },
  {
    situation: 'the marker stands on another object than the original',
    intent: continuing,
    given: (ad, desired) => {
      present(ad, desired);
      ad.add({ dn: `CN=Original,${ou}`, rid: 5000 });
    },
    ...conflict,
  },
  {
    situation: 'a deleted object has the marker',
    given: (ad, desired) => {
      const held = present(ad, desired);
      held.deletedFrom = held.dn;
    },
    operations: ['reanimate', 'modify'],
  },
  {
    situation: 'a deleted object has the marker, and its name is taken meanwhile',
    given: (ad, desired) => {
      const held = present(ad, desired);
      held.deletedFrom = held.dn;
      ad.add({ dn: held.dn });
    },
    operations: [],
    violations: ['NAME_COLLISION'],
    refused: true,
  },
  {
    situation: 'the desired name is taken',
    given: (ad, desired) => void ad.add({ dn: `CN=${desired.commonName},${ou}` }),
    operations: [],
    violations: ['NAME_COLLISION'],
    refused: true,
  },
  {
    situation: 'the desired sAMAccountName is taken',
    given: (ad, desired) =>
      void ad.add({
        dn: 'CN=x,CN=Users,DC=lab,DC=test',
        attributes: { sAMAccountName: [desired.samAccountName.toUpperCase()] },
      }),
    operations: [],
    violations: ['NAME_COLLISION'],
    refused: true,
  },
  { situation: 'AD has nothing', given: () => undefined, operations: ['create'] },
  {
    situation: 'AD has nothing, and members are known',
    intent: (desired) => writeIntent(desired, complete([bySid('S-1-5-21-1-2-3-4000')])),
    given: () => undefined,
    operations: ['create', 'addMembers'],
  },
  { situation: 'there is nothing to remove', intent: removing, given: () => undefined, operations: [] },
  {
    situation: 'the object is to be deleted',
    intent: removing,
    given: (ad, desired) => void present(ad, desired),
    operations: ['delete'],
  },
  {
    situation: 'only a deleted object is there, and it is to be removed',
    intent: removing,
    given: (ad, desired) => {
      const held = present(ad, desired);
      held.deletedFrom = held.dn;
    },
    operations: [],
  },
];

describe('the decision table', () => {
  test.each(table)(
    '$situation',
    async ({ intent = writeIntent, given, operations, violations = [], refused }) => {
      const ad = createModelAd();
      const desired = desiredGroup();
      given(ad, desired);
      const planned = await planFor(ad, intent(desired));
      expect({ ops: ops(planned), codes: codes(planned), refused: planned.refusal !== undefined }).toEqual({
        ops: operations,
        codes: violations,
        refused: refused ?? false,
      });
    },
  );
});

describe('a plan', () => {
  test('replaces only what differs, and says what was there before', async () => {
    const ad = createModelAd();
    const desired = desiredGroup();
    present(ad, desired, { displayName: ['Old'] });
    const { plan } = await planFor(ad, writeIntent(desired));
    expect(plan.operations).toMatchObject([
      { op: 'modify', replace: { displayName: ['Sales'] }, before: { displayName: ['Old'] } },
    ]);
  });

  test('of a continued group keeps its place and its names', async () => {
    const ad = createModelAd();
    const desired = desiredGroup({ continues: original });
    ad.add({
      dn: `CN=Original,OU=Finance,${ou}`,
      rid: 5000,
      attributes: { sAMAccountName: ['original'], groupType: ['-2147483640'] },
    });
    const planned = await planFor(ad, writeIntent(desired));
    expect(ops(planned)).toEqual(['modify']);
    expect(planned.plan.operations).toMatchObject([{ replace: { adminDescription: [markerOf(desired)] } }]);
    expect(JSON.stringify(planned.plan)).not.toContain(desired.samAccountName);
  });

  test('removes members before the type grows and adds them afterwards', async () => {
    const ad = createModelAd();
    const desired = desiredGroup();
    const group = present(ad, desired, { groupType: ['8'] });
    const leaving = ad.add({ dn: `CN=leaving,${ou}`, objectClass: ['top', 'user'] });
    const coming = ad.add({ dn: `CN=coming,${ou}`, objectClass: ['top', 'user'] });
    group.members.add(leaving.guid);
    const planned = await planFor(
      ad,
      writeIntent(desired, delta([bySid(coming.sid ?? '')], [bySid(leaving.sid ?? '')])),
    );
    expect(ops(planned)).toEqual(['removeMembers', 'modify', 'addMembers']);
  });

  test('for a new group from a delta says that the membership is incomplete', async () => {
    const desired = desiredGroup();
    expect((await planFor(createModelAd(), writeIntent(desired, delta([])))).membershipIncomplete).toBe(true);
    expect((await planFor(createModelAd(), writeIntent(desired))).membershipIncomplete).toBe(true);
    expect((await planFor(createModelAd(), writeIntent(desired, complete([])))).membershipIncomplete).toBe(
      false,
    );
  });

  test('is refused for an intent whose desired object is another one', async () => {
    const intent = {
      ...writeIntent(desiredGroup()),
      object: { kind: 'group' as const, id: desiredGroup().id },
    };
    const planned = await planFor(createModelAd(), intent);
    expect(codes(planned)).toEqual(['MESSAGE_REJECTED']);
    expect(planned.refusal?.needs).toBe('person');
  });

  test.each([
    ['sAMAccountName', { samAccountName: 'a/b' }],
    ['sAMAccountName', { samAccountName: 'a,b' }],
    ['sAMAccountName', { samAccountName: 'line\nbreak' }],
    ['sAMAccountName', { samAccountName: 'ends.' }],
    ['sAMAccountName', { samAccountName: ' . ' }],
    ['name', { commonName: 'zero\0' }],
    ['name', { commonName: '  ' }],
    ['name', { fallback: { commonName: 'tab\t', samAccountName: 'x' } }],
    ['sAMAccountName', { fallback: { commonName: 'x', samAccountName: 'a=b' } }],
  ])('is refused where AD would not take a %s (%j), although Samba might', async (which, names) => {
    const planned = await planFor(createModelAd(), writeIntent(desiredGroup(names)));
    expect(codes(planned)).toEqual(['NAME_FORBIDDEN']);
    expect(planned.refusal?.message).toContain(which);
  });

  test('tells the people who read the violation what is in the way', async () => {
    const ad = createModelAd();
    const desired = desiredGroup({ commonName: 'Taken' });
    ad.add({ dn: `CN=Taken,${ou}` });
    const [violation] = (await planFor(ad, writeIntent(desired))).violations;
    expect(violation).toMatchObject({
      subject: 'Sales',
      rule: 'security groups',
      about: { kind: 'group', id: desired.id },
      message: `CN=Taken,${ou} exists and is not ours; nothing was created.`,
    });
  });
});
