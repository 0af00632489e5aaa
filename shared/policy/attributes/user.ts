import { classifyUser } from '../../classify/index.ts';
import type { UserProperties, UserSnapshot } from '../../domain/index.ts';
import { type Attribute, type AttributeTable, type Read, readerOf, spaceOf } from './table.ts';

type TextProperty = {
  [Key in keyof UserProperties]: UserProperties[Key] extends string | null ? Key : never;
}[keyof UserProperties];

const text = (property: TextProperty, about: string): Attribute<UserSnapshot> => ({
  type: 'text',
  about,
  read: ({ properties }) => properties[property],
});

/** What a policy can read of a user. */
export const userAttributes: AttributeTable<UserSnapshot> = {
  id: { type: 'text', about: 'Object id in Entra.', read: (user) => user.id },
  kind: {
    type: 'text',
    values: ['member', 'guest'],
    about: 'member or guest.',
    read: ({ properties }) => classifyUser(properties).type,
  },
  enabled: {
    type: 'boolean',
    about: 'Whether the account may sign in.',
    read: ({ properties }) => properties.accountEnabled,
  },
  hasAccount: {
    type: 'boolean',
    about: 'Whether AD has an account of this cloud-mastered user already.',
    read: ({ properties }) => classifyUser(properties).source === 'cloudWithAccount',
  },
  displayName: text('displayName', 'Name that people see.'),
  userPrincipalName: text('userPrincipalName', 'Sign-in name.'),
  userType: text('userType', 'Member or Guest, as Graph spells it.'),
  mail: text('mail', 'Primary mail address.'),
  mailNickname: text('mailNickname', 'Mail alias.'),
  givenName: text('givenName', 'First name.'),
  surname: text('surname', 'Last name.'),
  jobTitle: text('jobTitle', 'Job title.'),
  department: text('department', 'Department.'),
  companyName: text('companyName', 'Company.'),
  employeeId: text('employeeId', 'Employee id.'),
  streetAddress: text('streetAddress', 'Street.'),
  city: text('city', 'City.'),
  state: text('state', 'State or province.'),
  postalCode: text('postalCode', 'Postal code.'),
  country: text('country', 'Country.'),
  mobilePhone: text('mobilePhone', 'Mobile phone.'),
  officeLocation: text('officeLocation', 'Office.'),
  preferredLanguage: text('preferredLanguage', 'Preferred language.'),
  usageLocation: text('usageLocation', 'Two-letter country code for licences.'),
  onPremisesUserPrincipalName: text('onPremisesUserPrincipalName', 'Sign-in name in AD, where it has one.'),
  onPremisesSamAccountName: text('onPremisesSamAccountName', 'sAMAccountName in AD, where it has one.'),
  proxyAddresses: {
    type: 'list',
    about: 'All mail addresses, with their prefixes.',
    read: ({ properties }) => properties.proxyAddresses,
  },
};

export const userSpace = spaceOf(userAttributes);

export const readUser = (user: UserSnapshot): Read =>
  readerOf(userAttributes, user, user.properties.extensions);
