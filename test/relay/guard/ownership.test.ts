import { describe, expect, test } from 'vitest';
import { type Territory, trespass } from '../../../relay/guard/ownership.ts';
import { gather } from '../../../relay/handle/gather.ts';
import { makePlan } from '../../../relay/plan/make-plan.ts';
import type { Planned } from '../../../relay/plan/planned.ts';
import {
  Dn,
  type Intent,
  Moment,
  markerOf,
  ObjectGuid,
  type Operation,
  Sid,
} from '../../../shared/domain/index.ts';
import { at, desiredGroup, removeIntent, writeIntent } from '../intents.ts';
import { baseDn, createModelAd, type ModelAd, ou } from '../model-ad.ts';

const territory: Territory = {
  containers: ['OU=EntraWriteback'],
  classes: ['group'],
  allowAttributes: [],
  adoptOriginals: true,
};
const now = Moment.parse(at);

async function refusalOf(
  ad: ModelAd,
  intent: Intent,
  allowed: Territory = territory,
): Promise<Planned | undefined> {
  const input = await gather(ad, intent, now);
  return trespass(makePlan(input), input, allowed);
}
const codeOf = async (...args: Parameters<typeof refusalOf>) => (await refusalOf(...args))?.refusal?.code;

function ours(ad: ModelAd, attributes = {}, dn = `CN=mine,${ou}`, rid?: number) {
  const desired = desiredGroup();
  ad.add({
    dn,
    attributes: { adminDescription: [markerOf(desired)], groupType: ['-2147483640'], ...attributes },
    ...(rid !== undefined && { rid }),
  });
  return desired;
}

describe('an object that is never changed', () => {
  test.each([
    ['is protected by AdminSDHolder', { adminCount: ['1'] }, undefined, 'PROTECTED_OBJECT'],
    ['is a critical system object', { isCriticalSystemObject: ['TRUE'] }, undefined, 'PROTECTED_OBJECT'],
    ['is a built-in group', { groupType: ['-2147483643'] }, undefined, 'PROTECTED_OBJECT'],
    ['has a well-known RID', {}, 512, 'PROTECTED_OBJECT'],
  ] as const)('%s, marker or not', async (_what, attributes, rid, code) => {
    const ad = createModelAd();
    const desired = ours(ad, attributes, undefined, rid);
    expect(await codeOf(ad, writeIntent(desired))).toBe(code);
    expect(await codeOf(ad, removeIntent({ kind: 'group', id: desired.id }, 'delete'))).toBe(code);
  });

  test('is a built-in principal or one of another domain', async () => {
    for (const sid of ['S-1-5-32-544', 'S-1-5-21-9-9-9-1234']) {
      const ad = createModelAd();
      const desired = ours(ad);
      for (const [guid, held] of ad.objects) ad.objects.set(guid, { ...held, sid: Sid.parse(sid) });
      expect([sid, await codeOf(ad, writeIntent(desired))]).toEqual([sid, 'PROTECTED_OBJECT']);
    }
  });

  test('stands outside of the containers, though it carries our marker', async () => {
    for (const place of [`CN=Users,${baseDn}`, `OU=EntraWriteback2,${baseDn}`, baseDn]) {
      const ad = createModelAd();
      const desired = ours(ad, {}, `CN=mine,${place}`);
      expect([place, await codeOf(ad, removeIntent({ kind: 'group', id: desired.id }, 'delete'))]).toEqual([
        place,
        'PLACE_FORBIDDEN',
      ]);
    }
  });

  test('carries no marker, where relay.yaml does not let originals be adopted', async () => {
    const ad = createModelAd();
    const held = ad.add({ dn: `CN=Original,${ou}`, attributes: { groupType: ['-2147483640'] } });
    const intent = writeIntent(desiredGroup({ continues: Sid.parse(held.sid) }));
    expect(await codeOf(ad, intent)).toBeUndefined();
    expect(await codeOf(ad, intent, { ...territory, adoptOriginals: false })).toBe('MARKER_CONFLICT');
    const desired = ours(ad);
    expect(await codeOf(ad, writeIntent(desired), { ...territory, adoptOriginals: false })).toBeUndefined();
  });

  test('stood outside when it was deleted', async () => {
    const ad = createModelAd();
    const desired = ours(ad, {}, `CN=mine,CN=Users,${baseDn}`);
    for (const held of ad.objects.values()) held.deletedFrom = held.dn;
    expect(await codeOf(ad, writeIntent(desired))).toBe('PLACE_FORBIDDEN');
  });
});

describe('a place that relay.yaml does not allow', () => {
  test.each([
    'CN=Users',
    `CN=Users,${baseDn}`,
    'OU=EntraWriteback2',
    'OU=EntraWriteback,DC=other,DC=test',
    'OU=x\\,OU=EntraWriteback',
    'OU=Domain Controllers',
  ])('is refused for a new object: %s', async (container) => {
    const refusal = await refusalOf(createModelAd(), writeIntent(desiredGroup({ container })));
    expect(refusal?.refusal).toMatchObject({ code: 'PLACE_FORBIDDEN', needs: 'person' });
    expect(refusal?.refusal?.message).toContain('OU=EntraWriteback');
    expect(refusal?.plan.operations).toEqual([]);
  });

  test('is refused for a move and for a quarantine', async () => {
    const ad = createModelAd();
    const desired = ours(ad);
    expect(await codeOf(ad, writeIntent({ ...desired, container: 'CN=Users' }))).toBe('PLACE_FORBIDDEN');
    expect(await codeOf(ad, removeIntent({ kind: 'group', id: desired.id }, 'quarantine', 'CN=Users'))).toBe(
      'PLACE_FORBIDDEN',
    );
  });

  test('is not one below an allowed container, however it is spelled', async () => {
    for (const container of [ou, 'ou=entrawriteback', `OU=Sub,${ou}`])
      expect(await codeOf(createModelAd(), writeIntent(desiredGroup({ container })))).toBeUndefined();
  });

  test('is none at all for a class that is not allowed', async () => {
    const noGroups: Territory = { ...territory, classes: ['device'] };
    expect(await codeOf(createModelAd(), writeIntent(desiredGroup()), noGroups)).toBe('PLACE_FORBIDDEN');
  });
});

describe('an attribute from the cloud', () => {
  const withAttribute = (name: string) =>
    writeIntent(desiredGroup({ attributes: [{ name, values: ['x'], when: 'always' }] }));

  test.each([
    'member',
    'MEMBER',
    'nTSecurityDescriptor',
    'sIDHistory',
    'adminDescription',
    'unicodePwd',
    'servicePrincipalName',
    'msDS-KeyCredentialLink',
    'altSecurityIdentities',
    'scriptPath',
  ])('that decides or empowers is not written: %s', async (name) => {
    expect(await codeOf(createModelAd(), withAttribute(name))).toBe('PLACE_FORBIDDEN');
  });

  test('that empowers may be allowed in relay.yaml, one that decides may not', async () => {
    const generous: Territory = { ...territory, allowAttributes: ['SERVICEPRINCIPALNAME', 'member'] };
    expect(await codeOf(createModelAd(), withAttribute('servicePrincipalName'), generous)).toBeUndefined();
    expect(await codeOf(createModelAd(), withAttribute('member'), generous)).toBe('PLACE_FORBIDDEN');
  });

  test('that only describes is written', async () => {
    expect(await codeOf(createModelAd(), withAttribute('description'))).toBeUndefined();
  });
});

describe('whatever the planner says', () => {
  /** A plan that no planner of ours makes, for an intent about an object that is there. */
  async function forged(operation: Operation): Promise<string | undefined> {
    const ad = createModelAd();
    const desired = ours(ad);
    const input = await gather(ad, writeIntent(desired), now);
    const planned: Planned = { ...makePlan(input), plan: { operations: [operation] } };
    return trespass(planned, input, territory)?.refusal?.code;
  }
  const stranger = {
    dn: Dn.parse(`CN=stranger,${ou}`),
    guid: ObjectGuid.parse('11111111-0000-4000-8000-000000000001'),
  };

  test('another object is not touched', async () => {
    expect(await forged({ op: 'delete', ...stranger })).toBe('MARKER_CONFLICT');
    expect(await forged({ op: 'modify', ...stranger, replace: {}, before: {} })).toBe('MARKER_CONFLICT');
    expect(await forged({ op: 'addMembers', ...stranger, members: [] })).toBe('MARKER_CONFLICT');
    expect(await forged({ op: 'move', ...stranger, to: stranger.dn })).toBe('MARKER_CONFLICT');
  });

  test('no second object is created beside ours, and none without the marker', async () => {
    expect(await forged({ op: 'create', dn: stranger.dn, attributes: {} })).toBe('MARKER_CONFLICT');
    const input = await gather(createModelAd(), writeIntent(desiredGroup()), now);
    const operations = [
      { op: 'create' as const, dn: stranger.dn, attributes: { adminDescription: ['mine'] } },
    ];
    const planned = { ...makePlan(input), plan: { operations } };
    expect(trespass(planned, input, territory)?.refusal?.code).toBe('MARKER_CONFLICT');
  });
});
