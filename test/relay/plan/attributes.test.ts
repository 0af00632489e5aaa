import { describe, expect, test } from 'vitest';
import { differences, targetAttributes } from '../../../relay/plan/attributes.ts';
import type { DirectoryFacts, Resolved } from '../../../relay/plan/observed.ts';
import { type DesiredAttribute, Dn, ObjectGuid, type Reference } from '../../../shared/domain/index.ts';
import { bySid, desiredGroup, newEntraId } from '../intents.ts';
import { facts } from '../model-ad.ts';

const exchange: DirectoryFacts = { ...facts, exchangePrepared: true, hasAttribute: () => true };
const attribute = (
  name: string,
  when: DesiredAttribute['when'],
  values: DesiredAttribute['values'] = ['x'],
) => ({
  name,
  values,
  when,
});
const namesIn = (attributes: readonly DesiredAttribute[], forest: DirectoryFacts, creating: boolean) =>
  targetAttributes(desiredGroup({ attributes }), [], forest, creating).map(({ name }) => name);

describe('an attribute is written', () => {
  const attributes = [
    attribute('displayName', 'always'),
    attribute('mailNickname', 'schemaHasIt'),
    attribute('msExchHideFromAddressLists', 'exchangePrepared'),
    attribute('info', 'created'),
  ];

  test('where the forest takes it, and on creation where it says so', () => {
    expect(namesIn(attributes, facts, false)).toEqual(['displayName']);
    expect(namesIn(attributes, facts, true)).toEqual(['displayName', 'info']);
    expect(namesIn(attributes, exchange, false)).toEqual([
      'displayName',
      'mailNickname',
      'msExchHideFromAddressLists',
    ]);
  });

  test('for Exchange not in a forest that only happens to know the name', () => {
    const known = { ...facts, hasAttribute: () => true };
    expect(namesIn([attribute('msExchVersion', 'exchangePrepared')], known, true)).toEqual([]);
  });
});

describe('a reference in an attribute', () => {
  const manager = bySid('S-1-5-21-1-2-3-1500');
  const found: Resolved = {
    found: true,
    reference: manager,
    dn: Dn.parse('CN=Boss,OU=People,DC=lab,DC=test'),
    guid: ObjectGuid.parse('00000000-0000-4000-8000-000000000009'),
    sid: undefined,
    objectClass: 'user',
    scope: undefined,
  };
  const desired = desiredGroup({ attributes: [attribute('managedBy', 'always', [{ reference: manager }])] });

  test('becomes the name of its object, and is compared as a name', () => {
    const targets = targetAttributes(desired, [found], facts, false);
    expect(targets).toEqual([{ name: 'managedBy', values: [found.dn], comparison: 'dn' }]);
    const object = {
      dn: Dn.parse('CN=a,DC=lab'),
      guid: found.guid,
      sid: undefined,
      objectClass: ['group'],
      attributes: { managedBy: ['cn=BOSS, ou=people, dc=lab, dc=test'] },
    };
    expect(differences(object, targets).replace).toEqual({});
  });

  test('is left out of the values while AD does not have its object', () => {
    const missing: Reference = { by: 'marker', kind: 'user', id: newEntraId() };
    const some = desiredGroup({
      attributes: [attribute('managedBy', 'always', [{ reference: missing }])],
    });
    expect(
      targetAttributes(some, [{ found: false, reference: missing, reason: 'NOT_IN_AD' }], facts, false),
    ).toEqual([{ name: 'managedBy', values: [], comparison: 'dn' }]);
  });
});
