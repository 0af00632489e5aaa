import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desiredUser } from '../../shared/desired/index.ts';
import { EntraId, Moment, markerOf, UserProperties, type UserSnapshot } from '../../shared/domain/index.ts';
import { loadPolicy } from '../../shared/policy/index.ts';
import { newEntraId, removeIntent, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

/** Users as remote mailboxes: in a forest with the schema of Exchange, and in one without. */

const yaml = `
exchange:
  organization: Contoso
  addressLists: ["CN=Default Global Address List,CN=Address Lists Container,CN=Contoso"]
  routingDomain: contoso.mail.onmicrosoft.com
users:
  - rule: People
    start: randomPassword
    attributes:
      description: "{streetAddress}"
      info: "{streetAddress}"
      employeeNumber: "{streetAddress}"
      employeeType: "{streetAddress}"
      division: "{streetAddress}"
`;

const loaded = loadPolicy(yaml);
if (!loaded.ok) throw new Error('The policy of this test does not load.');
const { policy } = loaded;

const person = (given: Partial<UserProperties> = {}): UserSnapshot => ({
  kind: 'user',
  presence: 'present',
  id: EntraId.parse(newEntraId()),
  readAt: Moment.parse('2026-03-01T08:00:00.000Z'),
  properties: UserProperties.parse({
    displayName: 'Ada Lovelace',
    userPrincipalName: 'ada@contoso.com',
    accountEnabled: true,
    mail: 'ada@contoso.com',
    mailNickname: 'ada',
    proxyAddresses: ['SMTP:ada@contoso.com', 'smtp:countess@contoso.com'],
    ...given,
  }),
});

const desiredOf = (snapshot: UserSnapshot) => {
  const settings = policy.users[0]?.settings;
  if (!settings) throw new Error('There is no rule.');
  // Address lists are links to objects of Exchange, which this forest does not have.
  const exchange = { ...policy.exchange, addressLists: [] };
  return { ...desiredUser(snapshot, settings, exchange), container: 'OU=EntraWriteback' };
};

describe('in a forest that is prepared for Exchange', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({}, { schema: 'exchange' });
  }, 240_000);
  afterAll(() => world?.stop());

  test('a user is the remote mailbox that Enable-RemoteMailbox would make, without a cmdlet', async () => {
    const desired = desiredOf(person());
    const outcome = await world.outcomeOf(writeIntent(desired));
    expect(outcome).toMatchObject({ result: 'applied', violations: [] });
    const ad = await world.look(`CN=${desired.commonName},${world.seeded.writebackOu}`);
    expect(ad?.values).toMatchObject({
      adminDescription: [markerOf(desired)],
      mail: ['ada@contoso.com'],
      mailNickname: ['ada'],
      targetAddress: ['SMTP:ada@contoso.mail.onmicrosoft.com'],
      msExchRecipientDisplayType: ['-2147483642'],
      msExchRecipientTypeDetails: ['2147483648'],
      msExchRemoteRecipientType: ['1'],
      legacyExchangeDN: [
        `/o=Contoso/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=${desired.id.replaceAll('-', '')}-ada`,
      ],
    });
    expect(ad?.values.proxyAddresses?.toSorted()).toEqual([
      'SMTP:ada@contoso.com',
      'smtp:countess@contoso.com',
    ]);
    expect(await world.outcomeOf(writeIntent(desired))).toMatchObject({ result: 'unchanged' });
  });

  test('an address that a group has is named, and nothing is created', async () => {
    const group = world.seeded.groups.universal;
    const desired = desiredOf(
      person({ userPrincipalName: 'eve@contoso.com', mail: 'sales@contoso.com', proxyAddresses: [] }),
    );
    await world.giveAddress(group.dn, 'SMTP:sales@contoso.com');
    const outcome = await world.outcomeOf(writeIntent(desired));
    expect(outcome).toMatchObject({ result: 'refused', failure: { code: 'NAME_COLLISION' } });
    expect(outcome.failure?.message).toContain(`${group.dn} has the address sales@contoso.com`);
  });

  test('an address that somebody else has got meanwhile stays with them, and the rest is written', async () => {
    const snapshot = person({
      userPrincipalName: 'joe@contoso.com',
      mail: 'joe@contoso.com',
      mailNickname: 'joe',
      proxyAddresses: ['smtp:given.up@contoso.com'],
    });
    const before = desiredOf(snapshot);
    await world.outcomeOf(writeIntent(before));
    await world.giveAddress(world.seeded.groups.global.dn, 'smtp:info@contoso.com');
    const after = desiredOf({
      ...snapshot,
      properties: {
        ...snapshot.properties,
        proxyAddresses: ['smtp:info@contoso.com', 'smtp:new@contoso.com'],
        department: 'Sales',
      },
    });
    const outcome = await world.outcomeOf(writeIntent(after));
    expect(outcome).toMatchObject({ result: 'applied', violations: [{ code: 'NAME_COLLISION' }] });
    const ad = await world.look(`CN=${after.commonName},${world.seeded.writebackOu}`);
    expect(ad?.values.department).toEqual(['Sales']);
    expect(ad?.values.proxyAddresses?.toSorted()).toEqual(['SMTP:joe@contoso.com', 'smtp:new@contoso.com']);
  });

  test('a primary address that somebody else has leaves the mailbox as it was, with the user principal name too', async () => {
    const snapshot = person({
      userPrincipalName: 'kim@contoso.com',
      mail: 'kim@contoso.com',
      mailNickname: 'kim',
      proxyAddresses: [],
    });
    const before = desiredOf(snapshot);
    await world.outcomeOf(writeIntent(before));
    const other = person({
      userPrincipalName: 'lee@contoso.com',
      mail: 'lee@contoso.com',
      mailNickname: 'lee',
      proxyAddresses: [],
    });
    await world.outcomeOf(writeIntent(desiredOf(other)));
    const { userPrincipalName, mail } = other.properties;
    const after = desiredOf({ ...snapshot, properties: { ...snapshot.properties, userPrincipalName, mail } });
    const outcome = await world.outcomeOf(writeIntent({ ...after, samAccountName: before.samAccountName }));
    expect(outcome.violations).toMatchObject([
      { code: 'NAME_COLLISION', details: { heldBy: markerOf(desiredOf(other)) } },
    ]);
    const ad = await world.look(`CN=${after.commonName},${world.seeded.writebackOu}`);
    expect(ad?.values).toMatchObject({
      userPrincipalName: ['kim@contoso.com'],
      mail: ['kim@contoso.com'],
      proxyAddresses: ['SMTP:kim@contoso.com'],
    });
  });
});

describe('in a forest without the schema of Exchange', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.stop());

  test('a user is written without mail attributes, and the forest is named as the reason', async () => {
    const desired = desiredOf(person());
    const outcome = await world.outcomeOf(writeIntent(desired));
    expect(outcome.result).toBe('applied');
    expect(outcome.violations).toMatchObject([{ code: 'MAIL_LEFT_OUT', subject: 'Exchange' }]);
    expect(outcome.violations[0]).not.toHaveProperty('about');
    const ad = await world.look(`CN=${desired.commonName},${world.seeded.writebackOu}`);
    expect(ad?.values).not.toHaveProperty('mail');
    expect(ad?.values).not.toHaveProperty('proxyAddresses');
  });

  test('whatever is too long is cut to what AD takes of each attribute', async () => {
    const long = 'Ł'.repeat(2000);
    const texts = Object.keys(UserProperties.shape).filter(
      (name) => !/^(userPrincipalName|onPremises.*|mail.*)$/.test(name),
    );
    const given = Object.fromEntries(
      texts.flatMap((name) =>
        UserProperties.shape[name as 'city'].safeParse(long).success ? [[name, long]] : [],
      ),
    );
    const desired = desiredOf(
      person({ ...given, businessPhones: [long], mail: null, userPrincipalName: 'long@contoso.com' }),
    );
    const outcome = await world.outcomeOf(writeIntent(desired));
    expect(outcome).toMatchObject({ result: 'applied', violations: [] });
    const ad = await world.look(`CN=${desired.commonName},${world.seeded.writebackOu}`);
    const lengths = desired.attributes
      .filter(({ name }) => ad?.values[name]?.[0]?.startsWith('ŁŁ'))
      .map(({ name }) => [name, ad?.values[name]?.[0]?.length]);
    expect(Object.fromEntries(lengths)).toEqual({
      ...{ displayName: 256, givenName: 64, sn: 64, title: 128, department: 64, company: 64, employeeID: 16 },
      ...{ streetAddress: 1024, l: 128, st: 128, postalCode: 40, co: 128, mobile: 64, telephoneNumber: 64 },
      ...{ physicalDeliveryOfficeName: 128, preferredLanguage: 128 },
      ...{ description: 1024, info: 1024, employeeNumber: 512, employeeType: 256, division: 256 },
    });
    expect(await world.outcomeOf(writeIntent(desired))).toMatchObject({ result: 'unchanged' });
  });

  test('a user without mail, and one that leaves, are no reason to say it', async () => {
    const desired = desiredOf(
      person({ userPrincipalName: 'quiet@contoso.com', mail: null, mailNickname: null, proxyAddresses: [] }),
    );
    expect((await world.outcomeOf(writeIntent(desired))).violations).toEqual([]);
    const gone = await world.outcomeOf(removeIntent({ kind: 'user', id: desired.id }, 'disable'));
    expect(gone).toMatchObject({ result: 'applied', violations: [] });
  });
});
