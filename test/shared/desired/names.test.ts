import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  groupNames,
  legalCommonName,
  legalSamAccountName,
  userNames,
  userPrincipalName,
} from '../../../shared/desired/index.ts';
import type { GroupSettings } from '../../../shared/policy/index.ts';
import { group, id, policyOf, user } from '../policy/world.ts';

const settings = (name = ''): GroupSettings => {
  const [rule] = policyOf(`groups: [{ rule: R, name: { ${name} } }]`).groups;
  if (!rule) throw new Error('no rule');
  return rule.settings;
};
const plain = 'commonName: "{displayName}", samAccountName: "{displayName}"';
const named = (displayName: string, name = '') => groupNames(group({ displayName }), settings(name));

const forbiddenInSam = /["/\\[\]:;|=,+*?<>@\p{Cc}]/u;

describe('the names of a group', () => {
  it('are its display name and the last 12 digits of its id', () => {
    expect(named(' Payroll readers ')).toEqual({
      commonName: 'Payroll readers_e9305786a271',
      samAccountName: 'Payroll readers_e9305786a271',
    });
  });

  it('cut a long display name to 51 characters, never through an emoji', () => {
    expect(named('x'.repeat(80)).commonName).toBe(`${'x'.repeat(51)}_e9305786a271`);
    expect(named(`${'x'.repeat(50)}😀`).commonName).toBe(`${'x'.repeat(50)}_e9305786a271`);
  });

  it('can be opaque', () => {
    expect(named('Sales', 'commonName: "Group_{id}", samAccountName: "Group_{id}"').commonName).toBe(
      `Group_${id}`,
    );
  });

  it.each([
    ['A/B: [x] @home', 'AB x home'],
    ['R&D (Berlin)', 'R&D (Berlin)'],
    ['tail...', 'tail'],
    ['looks-like-a-computer$', 'looks-like-a-computer'],
    ['12 34', '12 34_e9305786a271'],
    ['***', 'id_e9305786a271'],
    ['a\u0000b\tc', 'a b c'],
    ['a\u202Eb', 'a b'],
  ])('leave out of the sAMAccountName of %j what AD forbids', (displayName, samAccountName) => {
    expect(named(displayName, plain).samAccountName).toBe(samAccountName);
  });

  it('keep to 20 characters where the rule says so, and stay unique', () => {
    expect(named('Payroll readers of Berlin', `${plain}, samAccountNameLimit: 20`).samAccountName).toBe(
      'Payroll_e9305786a271',
    );
  });

  it('fall back to the id where the common name would be empty', () => {
    expect(named(' \u0007 ', plain).commonName).toBe(`Group_${id}`);
  });

  it('have a fallback with the id where the collision policy wants one', () => {
    expect(named('Sales', `${plain}, collision: appendId`)).toEqual({
      commonName: 'Sales',
      samAccountName: 'Sales',
      fallback: { commonName: 'Sales_e9305786a271', samAccountName: 'Sales_e9305786a271' },
    });
    expect(named('Sales', 'collision: appendId').fallback).toBeUndefined();
  });
});

describe('a generated name', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({
      unit: fc.constantFrom(' ', '.', '5', '$', '@', '\u0000', '\ud800', '😀', 'é', '\n', ','),
      maxLength: 80,
    }),
  );

  it('is always a legal common name', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const name = legalCommonName(text, id, `Group_${id}`);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(64);
        expect(name).toBe(name.trim());
        expect(name.isWellFormed()).toBe(true);
        expect(name).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 1000 },
    );
  });

  it('is always a legal sAMAccountName, and stays the same when made legal again', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(20, 256), (text, limit) => {
        const name = legalSamAccountName(text, id, limit);
        expect(name.length).toBeGreaterThan(0);
        expect(name.length).toBeLessThanOrEqual(limit);
        expect(name).not.toMatch(forbiddenInSam);
        expect(name).not.toMatch(/^[\d\s.]*$/);
        expect(name).not.toMatch(/[.$\s]$|^\s/u);
        expect(name.isWellFormed()).toBe(true);
        expect(legalSamAccountName(name, id, limit)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the names of a user', () => {
  const [rule] = policyOf('users: [{ rule: R, upnSuffixes: { contoso.com: corp.example } }]').users;
  if (!rule) throw new Error('no rule');

  it('have at most 20 characters in the sAMAccountName', () => {
    const long = user({ userPrincipalName: 'a.very.long.local.part@contoso.com' });
    expect(userNames(long, rule.settings).samAccountName).toBe('a.very.long.local.pa');
  });

  it('map the suffix of the user principal name to one of the forest', () => {
    expect(userPrincipalName(user(), rule.settings)).toBe('ada@corp.example');
    expect(userPrincipalName(user({ userPrincipalName: 'ada@other.com' }), rule.settings)).toBe(
      'ada@other.com',
    );
    expect(userPrincipalName(user({ userPrincipalName: 'no suffix' }), rule.settings)).toBeUndefined();
  });

  it('keep the user principal name that AD knows already', () => {
    const known = user({ onPremisesUserPrincipalName: 'alove@corp.example' });
    expect(userPrincipalName(known, rule.settings)).toBe('alove@corp.example');
    const routable = user({ onPremisesUserPrincipalName: 'Ada.Lovelace@contoso.com' });
    expect(userPrincipalName(routable, rule.settings)).toBe('Ada.Lovelace@contoso.com');
    const blank = user({ onPremisesUserPrincipalName: ' ' });
    expect(userPrincipalName(blank, rule.settings)).toBe('ada@corp.example');
  });
});
