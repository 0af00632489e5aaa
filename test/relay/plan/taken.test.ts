import { describe, expect, test } from 'vitest';
import type { ObservedObject } from '../../../relay/plan/observed.ts';
import { conflictsOf, samHolderAmong, valuesToCheck } from '../../../relay/plan/taken.ts';
import { type DesiredUser, Dn, ObjectGuid, type WireValue } from '../../../shared/domain/index.ts';
import { newEntraId } from '../intents.ts';

const forest = { dnsDomain: 'lab.test', exchangePrepared: true };

const user = (upn: string, given: Partial<DesiredUser> = {}): DesiredUser => ({
  kind: 'user',
  id: newEntraId(),
  container: 'OU=EntraWriteback',
  commonName: 'Ada',
  samAccountName: 'ada',
  attributes: [{ name: 'userPrincipalName', values: [upn], when: 'always' }],
  drift: 'overwrite',
  enabled: true,
  start: 'disabled',
  smartcardRequired: false,
  addresses: ['smtp:ada@corp.example', 'smtp:a.lovelace@corp.example'],
  ...given,
});

let guids = 0;
const held = (attributes: Record<string, readonly WireValue[]>): ObservedObject => {
  guids += 1;
  return {
    dn: Dn.parse(`CN=Holder ${guids},DC=lab,DC=test`),
    guid: ObjectGuid.parse(`00000000-0000-4000-8000-${String(guids).padStart(12, '0')}`),
    sid: undefined,
    objectClass: ['top', 'person', 'organizationalPerson', 'user'],
    attributes,
  };
};

describe('what is looked for in the forest', () => {
  test('is every name by which a new user can log on, and every address', () => {
    expect(valuesToCheck(user('Ada.Lovelace@LAB.test'), undefined, forest)).toEqual({
      userPrincipalNames: ['Ada.Lovelace@LAB.test', 'ada@lab.test'],
      samAccountNames: ['ada', 'Ada.Lovelace'],
      addresses: ['smtp:ada@corp.example', 'smtp:a.lovelace@corp.example'],
    });
  });

  test('is nothing where the account holds all of it, whatever the case', () => {
    const object = held({
      userPrincipalName: ['ADA@corp.example'],
      sAMAccountName: ['Ada'],
      mail: ['Ada@corp.example'],
      proxyAddresses: ['SMTP:ada@CORP.example', 'smtp:a.lovelace@corp.example'],
    });
    expect(valuesToCheck(user('ada@corp.example'), object, forest)).toBeUndefined();
  });

  test('is no address of an account that has none, because the forest knows none', () => {
    const object = held({ userPrincipalName: ['ada@corp.example'], sAMAccountName: ['ada'] });
    const plain = { ...forest, exchangePrepared: false };
    expect(valuesToCheck(user('ada@corp.example'), object, plain)).toBeUndefined();
    expect(valuesToCheck(user('ada@corp.example'), undefined, plain)?.addresses).toHaveLength(2);
  });
});

describe('somebody else has it', () => {
  test.each([
    ['the user principal name', { userPrincipalName: ['ADA@lab.test'] }, 'userPrincipalName'],
    ['a sAMAccountName that stands for it', { sAMAccountName: ['ADA'] }, 'userPrincipalName'],
    ['the mail address', { mail: ['A.Lovelace@corp.example'] }, 'mail'],
    ['a proxy address', { proxyAddresses: ['SMTP:ADA@corp.example'] }, 'mail'],
  ])('who has %s', (_what, attributes, attribute) => {
    const holder = held(attributes);
    expect(conflictsOf(user('ada@lab.test'), [holder], undefined, forest)).toMatchObject([
      { attribute, holder },
    ]);
    expect(conflictsOf(user('ada@lab.test'), [holder], holder, forest)).toEqual([]);
  });

  test('only by the words of the same domain', () => {
    const holder = held({ sAMAccountName: ['ada'] });
    expect(conflictsOf(user('ada@corp.example'), [holder], undefined, forest)).toEqual([]);
    expect(samHolderAmong(user('ada@corp.example'), [holder], undefined, forest)).toBe(holder);
    const other = held({ userPrincipalName: ['ada@lab.test'] });
    expect(samHolderAmong(user('countess@corp.example'), [other], undefined, forest)).toBe(other);
    expect(samHolderAmong(user('countess@corp.example'), [other], other, forest)).toBeUndefined();
  });
});
