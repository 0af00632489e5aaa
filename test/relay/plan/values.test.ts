import { describe, expect, test } from 'vitest';
import type { ObservedObject } from '../../../relay/plan/observed.ts';
import { sameValues, textOf, valuesOf, withoutDuplicates } from '../../../relay/plan/values.ts';
import { Dn, ObjectGuid } from '../../../shared/domain/index.ts';

const object: ObservedObject = {
  dn: Dn.parse('CN=a,DC=lab'),
  guid: ObjectGuid.parse('00000000-0000-4000-8000-000000000001'),
  sid: undefined,
  objectClass: ['group'],
  attributes: { displayName: ['Sales'], 'msDS-DeviceID': [{ base64: 'U2FsZXM=' }], empty: [] },
};

describe('the values of an attribute', () => {
  test('are found whatever the case of its name, and absent is none', () => {
    expect(valuesOf(object, 'DISPLAYNAME')).toEqual(['Sales']);
    expect(valuesOf(object, 'mail')).toEqual([]);
    expect(valuesOf(undefined, 'mail')).toEqual([]);
  });

  test('are read as text where they came as octets', () => {
    expect(textOf(object, 'msds-deviceid')).toBe('Sales');
    expect(textOf(object, 'mail')).toBeUndefined();
  });

  test('are the same in another order', () => {
    expect(sameValues(['a', 'b', 'c'], ['c', 'a', 'b'])).toBe(true);
    expect(sameValues(['a', 'b'], ['a', 'b', 'c'])).toBe(false);
    expect(sameValues(['a', 'b'], ['a', 'c'])).toBe(false);
    expect(sameValues([], [])).toBe(true);
  });

  test('are the same as text and as octets', () => {
    expect(sameValues(['Sales'], [{ base64: 'U2FsZXM=' }])).toBe(true);
    expect(sameValues(['sales'], [{ base64: 'U2FsZXM=' }])).toBe(false);
  });

  test('differ in case, so that a corrected name shows, but markers and names of objects do not', () => {
    expect(sameValues(['Sales'], ['sales'])).toBe(false);
    expect(sameValues(['Group_AB'], ['group_ab'], 'ignoreCase')).toBe(true);
    expect(sameValues(['CN=a,DC=lab'], ['cn=A, dc=LAB'], 'dn')).toBe(true);
    expect(sameValues(['CN=a,DC=lab'], ['CN=b,DC=lab'], 'dn')).toBe(false);
  });

  test('are sent once where they differ in case only', () => {
    expect(
      withoutDuplicates(['SMTP:a@x', 'smtp:A@X', 'smtp:b@x', { base64: 'AA==' }, { base64: 'AA==' }]),
    ).toEqual(['SMTP:a@x', 'smtp:b@x', { base64: 'AA==' }]);
  });
});
