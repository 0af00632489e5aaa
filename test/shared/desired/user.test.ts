import { describe, expect, it } from 'vitest';
import { desiredUser, type UserFacts } from '../../../shared/desired/index.ts';
import { EntraId, Sid } from '../../../shared/domain/index.ts';
import { type Over, policyOf, sid, user } from '../policy/world.ts';
import { attributesOf } from './object.ts';

const manager = EntraId.parse('b7c8d9e0-1f2a-4b3c-8d4e-5f6071829304');

function desired(over: Over = {}, settings = '', file = '', facts: UserFacts = {}) {
  const policy = policyOf(`users: [{ rule: R, ${settings} }]\n${file}`);
  const [rule] = policy.users;
  if (!rule) throw new Error('no rule');
  return desiredUser(user(over), rule.settings, policy.exchange, facts);
}
const mailbox = {
  mail: 'ada@contoso.com',
  mailNickname: 'ada',
  proxyAddresses: ['SMTP:ada@contoso.com', 'smtp:ada@contoso.mail.onmicrosoft.com'],
};

describe('a written user', () => {
  it('has its names, place and organisation', () => {
    const object = desired({
      givenName: 'Ada',
      surname: 'Lovelace',
      department: 'Engines',
      country: 'UK',
      city: 'London',
    });
    expect(object).toMatchObject({
      commonName: 'Ada Lovelace_e9305786a271',
      samAccountName: 'ada',
      container: 'OU=Users,OU=EntraWriteback',
      enabled: true,
      start: 'disabled',
      smartcardRequired: false,
    });
    expect(attributesOf(object)).toMatchObject({
      userPrincipalName: ['ada@contoso.com'],
      givenName: ['Ada'],
      sn: ['Lovelace'],
      department: ['Engines'],
      co: ['UK'],
      l: ['London'],
      title: [],
      manager: [],
    });
  });

  it('keeps to the lengths that AD allows', () => {
    const object = attributesOf(desired({ employeeId: '1'.repeat(30), surname: 'Ł'.repeat(70) }));
    expect(object.employeeID).toEqual(['1'.repeat(16)]);
    expect(object.sn).toEqual(['Ł'.repeat(64)]);
  });

  it('keeps to them in what a rule fills besides, too', () => {
    const long = '{streetAddress}';
    const names = ['description', 'info', 'employeeNumber', 'employeeType', 'division'];
    const rule = `attributes: { ${names.map((name) => `${name}: "${long}"`).join(', ')} }`;
    const object = attributesOf(desired({ streetAddress: 'x'.repeat(2000) }, rule));
    expect(names.map((name) => String(object[name]?.[0]).length)).toEqual([1024, 1024, 512, 256, 256]);
  });

  it('that is disabled in the cloud is disabled in AD', () => {
    expect(desired({ accountEnabled: false }).enabled).toBe(false);
  });

  it('can start with a random password and need a smart card', () => {
    expect(desired({}, 'start: randomPassword, smartcardRequired: true')).toMatchObject({
      start: 'randomPassword',
      smartcardRequired: true,
    });
  });

  it('continues the AD account that a cloud user has already', () => {
    expect(desired({ onPremisesSecurityIdentifier: sid }).continues).toBe(sid);
  });

  it('refers to its manager by marker, or as the facts say', () => {
    expect(attributesOf(desired({ manager })).manager).toEqual([
      { reference: { by: 'marker', kind: 'user', id: manager } },
    ]);
    const known = { manager: { by: 'sid', sid: Sid.parse(sid) } } as const;
    expect(attributesOf(desired({ manager }, '', '', known)).manager).toEqual([{ reference: known.manager }]);
    expect(attributesOf(desired({ manager }, '', '', { manager: null })).manager).toEqual([]);
  });
});

describe('the mail attributes of a written user', () => {
  it('make it a remote mailbox, routed to the cloud', () => {
    const object = desired(mailbox);
    expect(attributesOf(object)).toMatchObject({
      mail: ['ada@contoso.com'],
      targetAddress: ['SMTP:ada@contoso.mail.onmicrosoft.com'],
      msExchRemoteRecipientType: ['1'],
      msExchRecipientTypeDetails: ['2147483648'],
      msExchRecipientDisplayType: ['-2147483642'],
    });
    const mail = object.attributes.filter(({ name }) => /^(mail|proxy|target|msExch)/.test(name));
    expect(new Set(mail.map(({ when }) => when))).toEqual(new Set(['exchangePrepared']));
  });

  it('use the routing domain of the policy', () => {
    const file = 'exchange: { routingDomain: contoso.mail.onmicrosoft.com }';
    const object = desired({ ...mailbox, proxyAddresses: [] }, '', file);
    expect(attributesOf(object).targetAddress).toEqual(['SMTP:ada@contoso.mail.onmicrosoft.com']);
  });

  it('route to an address that the mailbox has, in whatever order Graph tells them', () => {
    const file = 'exchange: { routingDomain: contoso.mail.onmicrosoft.com }';
    const held = ['smtp:b@contoso.mail.onmicrosoft.com', 'sMtP:A.Lovelace@Contoso.mail.onmicrosoft.com'];
    for (const proxyAddresses of [held, held.toReversed()]) {
      const target = (policy: string) =>
        attributesOf(desired({ ...mailbox, proxyAddresses }, '', policy)).targetAddress;
      expect(target(file)).toEqual(['SMTP:A.Lovelace@Contoso.mail.onmicrosoft.com']);
      expect(target('')).toEqual(['SMTP:A.Lovelace@Contoso.mail.onmicrosoft.com']);
    }
  });

  it.each([
    ['a user without an address', {}],
    ['a user whose address is blank', { ...mailbox, mail: ' ' }],
    ['a user without an alias', { ...mailbox, mailNickname: null }],
    ['a guest', { ...mailbox, userType: 'Guest' }],
    ['a user whose routing address is not known', { ...mailbox, proxyAddresses: [] }],
  ])('make no remote mailbox of %s', (_, over) => {
    expect(attributesOf(desired(over))).toMatchObject({
      targetAddress: [],
      msExchRemoteRecipientType: [],
      proxyAddresses: [],
    });
  });

  it('are left alone where the rule says never', () => {
    expect(attributesOf(desired(mailbox, 'mail: never'))).not.toHaveProperty('mail');
  });
});
