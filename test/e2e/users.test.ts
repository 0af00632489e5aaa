import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../local/samba/ldif.ts';
import { startWorld, type World } from './world.ts';

/** Users through the whole product: Graph's own paths in, ldapsearch out. */

const policyText = `
groups:
  - rule: All groups
    writeback: true
defaults:
  users:
    upnSuffixes: { contoso.com: lab.test }
    start: randomPassword
users:
  - rule: Partners
    when: { attribute: companyName, operator: equals, value: Fabrikam }
    guests: true
    start: disabled
  - rule: Smart cards
    when: { attribute: jobTitle, operator: equals, value: Smart card }
    smartcardRequired: true
  - rule: Starters
    when: { attribute: jobTitle, operator: equals, value: Starter }
    start: disabled
  - rule: Report only
    when: { attribute: jobTitle, operator: equals, value: Report only }
    drift: report
  - rule: Nobody in Legal
    when: { attribute: department, operator: equals, value: Legal }
    writeback: false
  - rule: People
    when: { attribute: userPrincipalName, operator: startsWith, value: e2e }
`;

let world: World;

beforeAll(async () => {
  world = await startWorld({ policyText });
}, 120_000);

afterAll(() => world?.stop());

let number = 0;
type Person = { readonly id: string; readonly name: string };

async function createUser(given: Readonly<Record<string, unknown>> = {}): Promise<Person> {
  number += 1;
  const name = `e2e${number}`;
  const body = {
    accountEnabled: true,
    displayName: `Person ${number}`,
    mailNickname: name,
    passwordProfile: { password: 'irrelevant-here-1' },
    userPrincipalName: `${name}@contoso.com`,
    ...given,
  };
  return { id: String((await world.graph('POST', '/v1.0/users', body)).id), name };
}

const adUser = async (id: string): Promise<Entry | undefined> =>
  (await world.search(`(adminDescription=User_${id})`))[0];
const applied = (event: Readonly<Record<string, unknown>>): boolean => event.result === 'applied';

/** Creates a user and waits until AD has it. */
async function written(given: Readonly<Record<string, unknown>> = {}): Promise<Person & { ad: Entry }> {
  const since = world.mark();
  const person = await createUser(given);
  await world.settled(person.id, since, applied);
  const ad = await adUser(person.id);
  if (!ad) throw new Error(`AD does not have user ${person.id}`);
  return { ...person, ad };
}

const patch = (id: string, body: unknown): Promise<unknown> =>
  world.graph('PATCH', `/v1.0/users/${id}`, body);

describe('a cloud-only user', () => {
  it('appears with the mapped attributes, the suffix of the forest, and a password that nobody knows', async () => {
    const since = world.mark();
    const { ad, id, name } = await written({
      displayName: 'Zoë Müller',
      givenName: 'Zoë',
      surname: 'Müller',
      department: 'Research',
      companyName: 'Contoso',
      jobTitle: 'Head',
      employeeId: '4711',
      city: 'Köln',
      country: 'Germany',
      postalCode: '50667',
      streetAddress: 'Domkloster 4',
      state: 'NRW',
      mobilePhone: '+49 1',
      businessPhones: ['+49 2'],
      officeLocation: 'B 12',
      preferredLanguage: 'de-DE',
    });
    expect(ad.dn).toBe(`CN=Zoë Müller_${id.slice(-12)},OU=Users,OU=EntraWriteback,${world.baseDn}`);
    expect(ad.values).toMatchObject({
      adminDescription: [`User_${id}`],
      'msDS-ExternalDirectoryObjectId': [`User_${id}`],
      userPrincipalName: [`${name}@lab.test`],
      sAMAccountName: [name],
      userAccountControl: ['512'],
      displayName: ['Zoë Müller'],
      givenName: ['Zoë'],
      sn: ['Müller'],
      department: ['Research'],
      company: ['Contoso'],
      title: ['Head'],
      employeeID: ['4711'],
      l: ['Köln'],
      co: ['Germany'],
      postalCode: ['50667'],
      streetAddress: ['Domkloster 4'],
      st: ['NRW'],
      mobile: ['+49 1'],
      telephoneNumber: ['+49 2'],
      physicalDeliveryOfficeName: ['B 12'],
      preferredLanguage: ['de-DE'],
    });
    expect(ad.values.pwdLastSet?.[0]).not.toBe('0');
    const said = JSON.stringify(world.events.slice(since));
    expect(said).not.toContain('aA1!');
  });

  it('follows its cloud object and stays the same account', async () => {
    const { id, ad } = await written({ displayName: 'Before' });
    let since = world.mark();
    await patch(id, { displayName: 'After, "quoted"', department: 'Sales' });
    await world.settled(id, since, applied);
    const after = await adUser(id);
    expect(after?.values).toMatchObject({ displayName: ['After, "quoted"'], department: ['Sales'] });
    expect(after?.bytes.objectSid).toEqual(ad.bytes.objectSid);
    since = world.mark();
    await patch(id, { accountEnabled: false });
    await world.settled(id, since, applied);
    expect((await adUser(id))?.values.userAccountControl).toEqual(['514']);
    since = world.mark();
    await patch(id, { accountEnabled: true });
    await world.settled(id, since, applied);
    expect((await adUser(id))?.values.userAccountControl).toEqual(['512']);
  });
});

void Attribute;
void Change;
