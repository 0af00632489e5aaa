import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalAttributes } from '../../../shared/desired/attributes.ts';
import { desiredGroup } from '../../../shared/desired/index.ts';
import type { DesiredAttribute, GroupSnapshot } from '../../../shared/domain/index.ts';
import { decide, enabled, group, policyOf, sid, unified } from '../policy/world.ts';
import { attributesOf, whenOf } from './object.ts';

function desired(snapshot: GroupSnapshot, yaml = '') {
  const { write, decision } = decide(snapshot, yaml);
  if (write?.kind !== 'group') throw new Error(`not written: ${decision.reason}`);
  return desiredGroup(snapshot, write.settings, policyOf(yaml).exchange);
}
const mailAttributes = ['mail', 'mailNickname', 'proxyAddresses', 'msExchRecipientDisplayType'];

describe('a written group', () => {
  it('leaves the markers to the relay, which takes nothing of the kind from the cloud', () => {
    expect(Object.keys(attributesOf(desired(unified())))).not.toContain('adminDescription');
  });

  it('has its display name and at most 448 characters of its description', () => {
    const object = desired(unified({ description: `  ${'d'.repeat(447)}😀 ` }));
    expect(attributesOf(object)).toMatchObject({ displayName: ['Sales'], description: ['d'.repeat(447)] });
    expect(attributesOf(desired(unified())).description).toEqual([]);
  });

  it('that was moved to the cloud continues the original AD group', () => {
    expect(desired(group({ onPremisesSecurityIdentifier: sid, ...enabled })).continues).toBe(sid);
    expect(desired(group(enabled))).not.toHaveProperty('continues');
  });

  it('has the further attributes that its rule fills', () => {
    const yaml =
      'groups: [{ rule: R, writeback: true, attributes: { info: "Owner: {extension.owner}", extensionAttribute3: "{extension.none}" } }]';
    const object = desired(group({ extensions: { owner: 'HR' } }), yaml);
    expect(attributesOf(object)).toMatchObject({ info: ['Owner: HR'], extensionAttribute3: [] });
    expect(whenOf(object).extensionAttribute3).toBe('schemaHasIt');
  });
});

describe('the mail attributes of a written group', () => {
  it('are those of a mail-enabled distribution group, only where AD is prepared for Exchange', () => {
    const object = desired(unified());
    expect(attributesOf(object)).toMatchObject({
      mail: ['sales@contoso.com'],
      mailNickname: ['sales'],
      proxyAddresses: ['SMTP:sales@contoso.com', 'smtp:sales@contoso.onmicrosoft.com'],
      msExchRecipientDisplayType: ['1'],
    });
    for (const name of mailAttributes) expect(whenOf(object)[name]).toBe('exchangePrepared');
  });

  it('show it in the address lists that the policy names, without Update-Recipient', () => {
    const list =
      'CN=Default Global Address List,CN=All Global Address Lists,CN=Configuration,DC=corp,DC=example';
    const yaml = `exchange: { organization: Contoso, addressLists: ["${list}"] }`;
    expect(attributesOf(desired(unified(), yaml))).toMatchObject({
      showInAddressBook: [list],
      legacyExchangeDN: [
        '/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=3a5c3221c46548c095b8e9305786a271-sales',
      ],
    });
    expect(attributesOf(desired(unified()))).not.toHaveProperty('showInAddressBook');
  });

  it('follow the type of the group, and are cleared where it is a security group without mail', () => {
    const as = (type: string) => attributesOf(desired(unified(), `defaults: { groups: { as: ${type} } }`));
    expect(as('mailEnabledSecurity').msExchRecipientDisplayType).toEqual(['1073741833']);
    for (const name of mailAttributes) expect(as('security')[name]).toEqual([]);
  });

  it('are left alone for security groups, and where the rule says never', () => {
    for (const object of [
      desired(group(enabled)),
      desired(unified(), 'defaults: { groups: { mail: never } }'),
    ]) {
      for (const name of mailAttributes) expect(attributesOf(object)).not.toHaveProperty(name);
    }
  });

  it('have one primary address and none of services of the cloud', () => {
    const proxyAddresses = [
      'SMTP:old@contoso.com',
      'smtp:SALES@contoso.com',
      'SPO:SPO_1@SPO_2',
      'x500:/o=X/cn=y',
      'SMTP:old@contoso.com',
    ];
    expect(attributesOf(desired(unified({ proxyAddresses }))).proxyAddresses).toEqual([
      'SMTP:sales@contoso.com',
      'X500:/o=X/cn=y',
      'smtp:old@contoso.com',
    ]);
  });
});

describe('a desired object', () => {
  it('is canonical: the order in which Graph lists things does not show', () => {
    const addresses = ['smtp:a@b.c', 'smtp:d@e.f', 'SMTP:sales@contoso.com'];
    const one = desired(unified({ proxyAddresses: addresses }));
    const other = desired(unified({ proxyAddresses: addresses.toReversed() }));
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });

  it('made canonical twice does not change', () => {
    const value = fc.oneof(fc.string(), fc.record({ base64: fc.base64String() }));
    const attribute: fc.Arbitrary<DesiredAttribute> = fc.record({
      name: fc.constantFrom('a', 'B', 'c-D'),
      values: fc.array(value, { maxLength: 5 }),
      when: fc.constantFrom('always', 'created'),
    });
    fc.assert(
      fc.property(fc.array(attribute), (attributes) => {
        const once = canonicalAttributes(attributes);
        expect(canonicalAttributes(once)).toEqual(once);
      }),
    );
  });
});
