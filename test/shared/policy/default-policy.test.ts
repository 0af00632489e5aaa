import { describe, expect, it } from 'vitest';
import { decide, deleted, device, disabled, enabled, group, sid, unified, user } from './world.ts';

const dynamic = { groupTypes: ['DynamicMembership'] };

describe('under the default policy', () => {
  it.each([
    ['a Microsoft 365 group that nobody configured is written', unified(), 'write', 'WRITE_BY_DEFAULT'],
    ['a Microsoft 365 group with writeback on is written', unified(enabled), 'write', 'WRITE_ENABLED'],
    ['a Microsoft 365 group with writeback off is not written', unified(disabled), 'ignore', 'DISABLED'],
    [
      'a dynamic Microsoft 365 group is written',
      unified({ groupTypes: ['Unified', 'DynamicMembership'] }),
      'write',
      'WRITE_BY_DEFAULT',
    ],
    ['a security group that nobody configured is not written', group(), 'ignore', 'NOT_ENABLED'],
    ['a security group with writeback on is written', group(enabled), 'write', 'WRITE_ENABLED'],
    [
      'a dynamic security group with writeback on is written',
      group({ ...dynamic, ...enabled }),
      'write',
      'WRITE_ENABLED',
    ],
    ['a security group with writeback off is not written', group(disabled), 'ignore', 'DISABLED'],
    [
      'a distribution list is never written',
      group({ mailEnabled: true, securityEnabled: false, ...enabled }),
      'ignore',
      'DISTRIBUTION_LIST',
    ],
    [
      'a mail-enabled security group is never written',
      group({ mailEnabled: true, ...enabled }),
      'ignore',
      'MAIL_ENABLED_SECURITY_GROUP',
    ],
    [
      'a group that is nothing of all this is never written',
      group({ securityEnabled: false, ...enabled }),
      'ignore',
      'GROUP_KIND_UNKNOWN',
    ],
    [
      'a group synchronised from AD is never written',
      group({ onPremisesSyncEnabled: true, onPremisesSecurityIdentifier: sid, ...enabled }),
      'ignore',
      'SYNCED_FROM_AD',
    ],
    [
      'a group moved to the cloud is written once enabled',
      group({ onPremisesSecurityIdentifier: sid, isCloudManaged: true, ...enabled }),
      'write',
      'WRITE_ENABLED',
    ],
    [
      'a soft-deleted group is not written',
      unified({}, { presence: 'softDeleted' }),
      'ignore',
      'SOFT_DELETED',
    ],
    ['a cloud user is not written', user(), 'ignore', 'USER_WRITEBACK_OFF'],
    ['a device is not written', device(), 'ignore', 'DEVICE_WRITEBACK_OFF'],
    ['a hybrid-joined device is never written', device({ trustType: 'ServerAd' }), 'ignore', 'HYBRID_JOINED'],
  ])('%s', (_, snapshot, outcome, reason) => {
    expect(decide(snapshot).decision).toMatchObject({ outcome, reason });
  });

  it.each([
    ['turned off', unified(disabled), 'DISABLED'],
    ['a security group that is turned off', group(disabled), 'DISABLED'],
    ['soft-deleted', unified({}, { presence: 'softDeleted' }), 'SOFT_DELETED'],
  ])('a group that was written is frozen where it is %s', (_, snapshot, reason) => {
    const { decision } = decide(snapshot, '', { previous: { rule: 'Microsoft 365 groups' } });
    expect(decision).toMatchObject({ outcome: 'freeze', reason });
  });

  it('a hard-deleted group is deleted in AD, at once', () => {
    expect(decide(deleted('group')).decision).toMatchObject({
      outcome: 'remove',
      mode: 'delete',
      graceDays: 0,
      reason: 'HARD_DELETED',
    });
  });

  it('a group that was never written is ignored, not frozen or removed', () => {
    const never = { previous: null };
    const ended = [unified(disabled), unified({}, { presence: 'softDeleted' }), deleted('group')];
    expect(ended.map((one) => decide(one, '', never).decision.outcome)).toEqual([
      'ignore',
      'ignore',
      'ignore',
    ]);
  });

  it('a restored or re-enabled group is written again', () => {
    const { decision } = decide(unified(enabled), '', { previous: { rule: 'Microsoft 365 groups' } });
    expect(decision.outcome).toBe('write');
  });

  it('a security group whose writeback setting was taken away is frozen like a disabled one', () => {
    const { decision } = decide(group(), '', { previous: { rule: 'Security groups' } });
    expect(decision).toMatchObject({ outcome: 'freeze', reason: 'NOT_ENABLED' });
  });

  it('asking for writeback of a distribution list is a violation', () => {
    const { violations } = decide(group({ mailEnabled: true, securityEnabled: false, ...enabled }));
    expect(violations).toMatchObject([{ code: 'GROUP_KIND_UNSUPPORTED', subject: 'Payroll readers' }]);
  });
});

describe('the tenant default for new Microsoft 365 groups', () => {
  const off = { tenant: { newUnifiedGroupWritebackDefault: false, changedAt: '2026-08-01T00:00:00.000Z' } };
  const created = (createdDateTime: string) => unified({ createdDateTime });

  it('is on where it is absent', () => {
    expect(decide(unified(), '', { tenant: {} }).decision.outcome).toBe('write');
  });

  it('when off keeps new groups from being written', () => {
    expect(decide(created('2026-08-20T00:00:00Z'), '', off).decision).toMatchObject({
      outcome: 'ignore',
      reason: 'TENANT_DEFAULT_OFF',
    });
  });

  it('when off leaves groups alone that were created before it changed', () => {
    expect(decide(created('2026-07-20T00:00:00Z'), '', off).decision.outcome).toBe('write');
  });

  it('when off leaves groups alone that were written before', () => {
    const before = { ...off, previous: { rule: 'Microsoft 365 groups' } };
    expect(decide(created('2026-08-20T00:00:00Z'), '', before).decision.outcome).toBe('write');
  });

  it('when off does not touch a group that asks for writeback itself', () => {
    expect(decide(unified(enabled), '', off).decision.reason).toBe('WRITE_ENABLED');
  });

  it('can be forced on or off by the policy', () => {
    const fresh = created('2026-08-20T00:00:00Z');
    expect(decide(fresh, 'tenantDefault: on', off).decision.outcome).toBe('write');
    expect(decide(fresh, 'tenantDefault: off', {}).decision.reason).toBe('TENANT_DEFAULT_OFF');
  });
});
