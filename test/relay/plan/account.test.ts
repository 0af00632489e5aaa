import { describe, expect, test } from 'vitest';
import { accountAttributes } from '../../../relay/plan/account.ts';
import type { ObservedObject } from '../../../relay/plan/observed.ts';
import { type DesiredUser, Dn, ObjectGuid, type WireValue } from '../../../shared/domain/index.ts';
import { newEntraId } from '../intents.ts';

const user = (given: Partial<DesiredUser> = {}): DesiredUser => ({
  kind: 'user',
  id: newEntraId(),
  container: 'OU=EntraWriteback',
  commonName: 'Ada',
  samAccountName: 'ada',
  attributes: [],
  drift: 'overwrite',
  enabled: true,
  start: 'disabled',
  smartcardRequired: false,
  ...given,
});

const held = (attributes: Record<string, readonly WireValue[]>): ObservedObject => ({
  dn: Dn.parse('CN=Ada,DC=lab'),
  guid: ObjectGuid.parse('00000000-0000-4000-8000-000000000001'),
  sid: undefined,
  objectClass: ['user'],
  attributes,
});

const written = (desired: DesiredUser, object?: ObservedObject): Readonly<Record<string, unknown>> =>
  Object.fromEntries(accountAttributes(desired, object).map(({ name, values }) => [name, values[0]]));

describe('a new account', () => {
  test('starts disabled and without a password', () => {
    expect(written(user())).toEqual({ userAccountControl: '514' });
  });

  test('starts enabled with a password that the plan does not hold', () => {
    expect(written(user({ start: 'randomPassword' }))).toEqual({
      userAccountControl: '512',
      unicodePwd: '{random password}',
    });
  });

  test('gets no password while it is disabled in the cloud', () => {
    expect(written(user({ start: 'randomPassword', enabled: false }))).toEqual({ userAccountControl: '514' });
  });

  test('demands a smart card where the policy says so', () => {
    expect(written(user({ smartcardRequired: true }))).toEqual({ userAccountControl: String(514 + 0x40000) });
  });
});

describe('an account that is there', () => {
  test('is enabled only when somebody has given it a password', () => {
    expect(written(user(), held({ userAccountControl: ['514'], pwdLastSet: ['0'] }))).toEqual({
      userAccountControl: '514',
    });
    expect(written(user(), held({ userAccountControl: ['514'], pwdLastSet: ['133'] }))).toEqual({
      userAccountControl: '512',
    });
  });

  test('keeps the password that must be changed at the next logon', () => {
    const object = held({ userAccountControl: ['512'], pwdLastSet: ['0'] });
    expect(written(user({ start: 'randomPassword' }), object)).toEqual({ userAccountControl: '512' });
    expect(written(user(), object)).toEqual({ userAccountControl: '512' });
  });

  test('is disabled whatever else it is', () => {
    expect(
      written(user({ enabled: false }), held({ userAccountControl: ['66048'], pwdLastSet: ['133'] })),
    ).toEqual({
      userAccountControl: '66050',
    });
  });

  test('keeps the bits that are not ours, and its password', () => {
    const passwordNeverExpires = 0x10000;
    const object = held({ userAccountControl: [String(512 | passwordNeverExpires)], pwdLastSet: ['133'] });
    expect(written(user({ start: 'randomPassword' }), object)).toEqual({
      userAccountControl: String(512 | passwordNeverExpires),
    });
  });

  test('loses the demand for a smart card with the policy', () => {
    const object = held({ userAccountControl: [String(512 | 0x40000)], pwdLastSet: ['133'] });
    expect(written(user(), object)).toEqual({ userAccountControl: '512' });
  });
});
