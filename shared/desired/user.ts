import { classifyUser } from '../classify/index.ts';
import type { DesiredAttribute, DesiredUser, Reference, UserSnapshot } from '../domain/index.ts';
import { readUser, userSpace } from '../policy/attributes/user.ts';
import { resolvePlace } from '../policy/settings/place.ts';
import type { UserSettings } from '../policy/settings/user.ts';
import { renderTemplate } from '../policy/template/render.ts';
import { attribute, canonicalAttributes, compareText, plainText } from './attributes.ts';
import { type ExchangeFacts, proxyAddresses } from './mail.ts';
import { userMailAttributes } from './user-mail.ts';
import { userNames, userPrincipalName } from './user-names.ts';

/** What must be looked up before a user can be written. */
export type UserFacts = {
  /** How AD knows the manager; undefined: not looked up, and taken for a user that we write. */
  readonly manager?: Reference | null;
};

/** AD attribute, property of the user, and rangeUpper in the AD schema. */
const mapping = [
  ['displayName', 'displayName', 256],
  ['givenName', 'givenName', 64],
  ['sn', 'surname', 64],
  ['title', 'jobTitle', 128],
  ['department', 'department', 64],
  ['company', 'companyName', 64],
  ['employeeID', 'employeeId', 16],
  ['streetAddress', 'streetAddress', 1024],
  ['l', 'city', 128],
  ['st', 'state', 128],
  ['postalCode', 'postalCode', 40],
  ['co', 'country', 128],
  ['mobile', 'mobilePhone', 64],
  ['physicalDeliveryOfficeName', 'officeLocation', 128],
  ['preferredLanguage', 'preferredLanguage', 128],
] as const;

/** What a rule may fill besides: rangeUpper in the AD schema where it is not 1024, as of description. */
const extraLimits: Readonly<Partial<Record<string, number>>> = {
  employeeNumber: 512,
  employeeType: 256,
  division: 256,
};

/**
 * The AD account of a cloud user that is to be written, canonical; the attributes are those of Cloud
 * Sync's user provisioning, with title, office and telephone. No password is ever in it. Throws where
 * the settings give no place, which evaluation has checked.
 */
export function desiredUser(
  user: UserSnapshot,
  settings: UserSettings,
  exchange: ExchangeFacts,
  facts: UserFacts = {},
): DesiredUser {
  const { properties } = user;
  const container = resolvePlace(settings.ou, userSpace, readUser(user));
  if (container === undefined) {
    throw new RangeError(`The ou of the rule gives no DN for user ${user.id}; evaluate it before.`);
  }
  const { source } = classifyUser(properties);
  const sid = properties.onPremisesSecurityIdentifier;
  return {
    kind: 'user',
    id: user.id,
    container,
    ...userNames(user, settings),
    attributes: canonicalAttributes([
      attribute('userPrincipalName', [userPrincipalName(user, settings) ?? null]),
      ...mapping.map(([name, property, limit]) => attribute(name, [plainText(properties[property], limit)])),
      attribute('telephoneNumber', [plainText(properties.businessPhones[0] ?? null, 64)]),
      managerOf(user, facts),
      ...(settings.mail === 'never' ? [] : userMailAttributes(user, exchange)),
      ...extraAttributes(user, settings),
    ]),
    drift: settings.drift,
    enabled: properties.accountEnabled !== false,
    start: settings.start,
    smartcardRequired: settings.smartcardRequired,
    addresses: proxyAddresses({ ...properties, id: user.id })
      .map((address) => address.replace(/^SMTP:/, 'smtp:'))
      .toSorted(compareText),
    ...(source === 'cloudWithAccount' && sid !== null && { continues: sid }),
  };
}

function managerOf(user: UserSnapshot, facts: UserFacts): DesiredAttribute {
  const { manager } = user.properties;
  const known: Reference | null =
    facts.manager === undefined && manager !== null
      ? { by: 'marker', kind: 'user', id: manager }
      : (facts.manager ?? null);
  return attribute('manager', known ? [{ reference: known }] : []);
}

function extraAttributes(user: UserSnapshot, settings: UserSettings): readonly DesiredAttribute[] {
  const read = readUser(user);
  return Object.entries(settings.attributes).map(([name, template]) =>
    attribute(
      name,
      [plainText(renderTemplate(template ?? '', userSpace, read), extraLimits[name] ?? 1024)],
      name.startsWith('extensionAttribute') ? 'schemaHasIt' : 'always',
    ),
  );
}
