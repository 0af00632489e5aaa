import { describe, expect, it } from 'vitest';
import { decide, deleted, device, sid, user } from './world.ts';

const users = 'users: [{ rule: Cloud users }]';
const devices = 'devices: [{ rule: Devices }]';

describe('a user', () => {
  it('is written once a rule says so', () => {
    expect(decide(user(), users).decision).toMatchObject({ outcome: 'write', reason: 'WRITE_BY_RULE' });
  });

  it('that is synchronised from AD is never touched', () => {
    const synced = user({ onPremisesSyncEnabled: true, onPremisesSecurityIdentifier: sid });
    expect(decide(synced, users).decision.reason).toBe('SYNCED_FROM_AD');
  });

  it('that is a guest needs a rule that says so', () => {
    expect(decide(user({ userType: 'Guest' }), users).decision.reason).toBe('GUEST');
    expect(decide(user({ userType: 'Guest' }), 'users: [{ rule: R, guests: true }]').decision.outcome).toBe(
      'write',
    );
  });

  it('that leaves scope or is soft-deleted is disabled and moved to quarantine', () => {
    const ended = { outcome: 'remove', mode: 'disable', quarantine: 'OU=Quarantine,OU=EntraWriteback' };
    expect(decide(user({}, { presence: 'softDeleted' }), users).decision).toMatchObject(ended);
    const none = 'users: [{ rule: R, when: { attribute: department, operator: equals, value: X } }]';
    expect(decide(user(), none, { previous: { rule: 'R' } }).decision).toMatchObject({
      ...ended,
      reason: 'OUT_OF_SCOPE',
    });
  });

  it('that is hard-deleted is deleted', () => {
    expect(decide(deleted('user'), users).decision).toMatchObject({ outcome: 'remove', mode: 'delete' });
  });

  it('with the name of a built-in account is refused', () => {
    const { decision } = decide(user({ userPrincipalName: 'krbtgt@contoso.com' }), users);
    expect(decision.reason).toBe('NAME_RESERVED');
  });
});

describe('a device', () => {
  it('is written once a rule says so', () => {
    expect(decide(device(), devices).decision).toMatchObject({ outcome: 'write', reason: 'WRITE_BY_RULE' });
  });

  it.each([
    ['trust type', '{ attribute: kind, operator: equals, value: joined }', { trustType: 'Workplace' }],
    [
      'operating system',
      '{ attribute: operatingSystem, operator: in, value: [Windows] }',
      { operatingSystem: 'iOS' },
    ],
    [
      'ownership',
      '{ attribute: ownership, operator: notEquals, value: Personal }',
      { deviceOwnership: 'Personal' },
    ],
    ['compliance', '{ attribute: compliant, operator: isTrue }', { isCompliant: false }],
  ])('can be chosen by %s', (_, when, other) => {
    const yaml = `devices: [{ rule: R, when: ${when} }]`;
    expect(decide(device({ isCompliant: true }), yaml).decision.outcome).toBe('write');
    expect(decide(device(other), yaml).decision.reason).toBe('NO_RULE_MATCHED');
  });

  it.each([
    ['HYBRID_JOINED', { trustType: 'ServerAd' }],
    ['SYNCED_FROM_AD', { trustType: null, onPremisesSyncEnabled: true }],
  ])('that is a computer in AD is never written, and leaves AD where it was: %s', (reason, over) => {
    const of = (yaml: string, previous: { rule: string } | null | undefined) =>
      decide(device(over), yaml, previous === undefined ? {} : { previous }).decision;
    expect(of(devices, null)).toMatchObject({ outcome: 'ignore', reason });
    expect(of(devices, undefined)).toMatchObject({ outcome: 'ignore', reason });
    expect(of(devices, { rule: 'Devices' })).toMatchObject({ outcome: 'remove', reason, mode: 'delete' });
    const disabled = 'devices: [{ rule: Devices, deletion: { hardDeleted: disable } }]';
    expect(of(disabled, { rule: 'Devices' })).toMatchObject({ outcome: 'remove', reason, mode: 'disable' });
    const kept = 'devices: [{ rule: Devices, deletion: { hardDeleted: keep } }]';
    expect(of(kept, { rule: 'Devices' })).toMatchObject({ outcome: 'freeze', reason });
  });

  it('without the key that AD demands is refused and reported', () => {
    const { decision, violations } = decide(device({ alternativeSecurityIds: [] }), devices, {
      previous: null,
    });
    expect(decision).toMatchObject({ outcome: 'ignore', reason: 'DEVICE_KEY_MISSING' });
    expect(violations).toMatchObject([{ code: 'DEVICE_KEY_MISSING' }]);
  });

  it.each([
    [true, 'freeze'],
    [null, 'freeze'],
    [false, 'remove'],
  ])(
    'that has lost its key stays as it is, but not enabled: accountEnabled %s, %s',
    (accountEnabled, outcome) => {
      const lost = device({ alternativeSecurityIds: [], accountEnabled });
      const { decision, violations } = decide(lost, devices, { previous: { rule: 'Devices' } });
      expect(decision).toMatchObject({ outcome, reason: 'DEVICE_KEY_MISSING' });
      expect(decision.outcome === 'remove' ? decision.mode : 'disable').toBe('disable');
      expect(violations).toMatchObject([{ code: 'DEVICE_KEY_MISSING' }]);
      expect(decide(lost, devices, { previous: null }).decision.outcome).toBe('ignore');
    },
  );

  it('that has not signed in for too long is stale', () => {
    const yaml = 'devices: [{ rule: R, staleAfterDays: 90 }]';
    const at = (approximateLastSignInDateTime: string) =>
      decide(device({ approximateLastSignInDateTime }), yaml).decision;
    expect(at('2026-06-03T08:00:00Z').outcome).toBe('write');
    expect(at('2026-06-02T07:59:59Z')).toMatchObject({ reason: 'DEVICE_STALE', mode: 'disable' });
  });
});
