import { describe, expect, it } from 'vitest';
import { type MemberVerdict, memberJudge } from '../../../shared/desired/index.ts';
import { member, type Over, policyOf, sid } from '../policy/world.ts';

const id = 'b7c8d9e0-1f2a-4b3c-8d4e-5f6071829304';
const deviceId = '4c299165-6e8f-4b45-a5ba-c5d250a707ff';

function judge(over: Over, { written = false, rule = '' } = {}): MemberVerdict {
  const [first] = policyOf(`groups: [{ rule: R, ${rule} }]`).groups;
  if (!first) throw new Error('no rule');
  return memberJudge(first.settings, () => written)(member(over));
}
const reference = (...args: Parameters<typeof judge>) => {
  const verdict = judge(...args);
  return verdict.written ? verdict.reference : verdict.leftOut.reason;
};
const synced = { onPremisesSyncEnabled: true, onPremisesSecurityIdentifier: sid };

describe('a member', () => {
  it.each([
    ['synced user is found by its SID', synced, { by: 'sid', sid, id }],
    [
      'cloud user with an AD account is found by its SID',
      { onPremisesSecurityIdentifier: sid },
      { by: 'sid', sid, id },
    ],
    ['synced group is found by its SID', { type: 'group', ...synced }, { by: 'sid', sid, kind: 'group', id }],
    [
      'hybrid device is found by its SID',
      { type: 'device', trustType: 'ServerAd', deviceId, ...synced },
      { by: 'sid', sid, id },
    ],
    [
      'hybrid device without SID is the computer with that GUID',
      { type: 'device', trustType: 'ServerAd', deviceId },
      { by: 'computer', objectGuid: deviceId, id },
    ],
    ['cloud-only user is left out', {}, 'CLOUD_ONLY_USER'],
    ['guest is left out', { userType: 'Guest' }, 'GUEST'],
    ['guest is left out though it has an account', { userType: 'Guest', ...synced }, 'GUEST'],
    ['nested cloud group that is not written is left out', { type: 'group' }, 'GROUP_NOT_WRITTEN'],
    [
      'device that is not written is left out',
      { type: 'device', trustType: 'AzureAd', deviceId },
      'DEVICE_NOT_WRITTEN',
    ],
    ['service principal is left out', { type: 'servicePrincipal' }, 'SERVICE_PRINCIPAL'],
    ['contact is left out', { type: 'contact' }, 'CONTACT'],
    ['member of unknown kind is left out', { type: 'unknown' }, 'UNKNOWN_KIND'],
  ])('that is a %s', (_, over, expected) => {
    expect(reference(over)).toEqual(expected);
  });

  it.each([
    ['user', {}, { by: 'marker', kind: 'user', id }],
    ['group', { type: 'group' }, { by: 'marker', kind: 'group', id }],
    ['device', { type: 'device', trustType: 'Workplace', deviceId }, { by: 'device', deviceId, id }],
  ])('%s that we wrote is found by its marker or name', (_, over, expected) => {
    expect(reference(over, { written: true })).toEqual(expected);
  });

  it('says who it is when it is left out', () => {
    expect(judge({})).toEqual({
      written: false,
      leftOut: { id, reference: `user:${id}`, reason: 'CLOUD_ONLY_USER' },
    });
  });
});

describe('a rule', () => {
  it('can choose kinds of members', () => {
    const rule = 'members: { kinds: [syncedUsers] }';
    expect(reference(synced, { rule })).toMatchObject({ by: 'sid' });
    for (const over of [
      {},
      { type: 'group', ...synced },
      { type: 'device', trustType: 'AzureAd', deviceId },
    ]) {
      expect(reference(over, { rule, written: true })).toBe('FILTERED_BY_RULE');
    }
  });

  it('can let guests in', () => {
    const rule = 'members: { kinds: [syncedUsers, guests] }';
    expect(reference({ userType: 'Guest' }, { rule, written: true })).toMatchObject({ by: 'marker' });
    expect(reference({ userType: 'Guest' }, { rule })).toBe('CLOUD_ONLY_USER');
  });

  it('can filter members', () => {
    const rule = 'members: { filter: { not: { attribute: enabled, operator: isFalse } } }';
    expect(reference({ ...synced, accountEnabled: false }, { rule })).toBe('FILTERED_BY_RULE');
    expect(reference({ ...synced, accountEnabled: true }, { rule })).toMatchObject({ by: 'sid' });
  });

  it('that flattens asks for the members of a nested group in its place', () => {
    const verdict = judge({ type: 'group', ...synced }, { rule: 'nesting: flatten', written: true });
    expect(verdict).toMatchObject({ written: false, nested: 'expand' });
  });

  it('with closure asks for a nested group to be written first', () => {
    expect(judge({ type: 'group' }, { rule: 'nesting: closure' })).toMatchObject({
      written: false,
      nested: 'write',
    });
    expect(judge({ type: 'group' })).not.toHaveProperty('nested');
  });
});
