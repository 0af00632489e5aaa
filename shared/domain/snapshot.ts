import { z } from 'zod';
import { EntraId, Moment, Sid } from './ids.ts';

/** What Graph said of an object at one time. A snapshot exists only for a complete read. */

const text = z.string().nullable();

/** `writebackConfiguration.onPremisesGroupType` (Graph beta, groupWritebackConfiguration). */
export const OnPremisesGroupType = z.enum([
  'universalDistributionGroup',
  'universalSecurityGroup',
  'universalMailEnabledSecurityGroup',
]);
export type OnPremisesGroupType = z.output<typeof OnPremisesGroupType>;

export const GroupProperties = z.strictObject({
  displayName: z.string(),
  description: text.default(null),
  mail: text.default(null),
  mailNickname: text.default(null),
  proxyAddresses: z.array(z.string()).readonly().default([]),
  groupTypes: z.array(z.string()).readonly(),
  mailEnabled: z.boolean(),
  securityEnabled: z.boolean(),
  isAssignableToRole: z.boolean().nullable().default(null),
  isManagementRestricted: z.boolean().nullable().default(null),
  membershipRule: text.default(null),
  visibility: text.default(null),
  classification: text.default(null),
  createdDateTime: text.default(null),
  onPremisesSyncEnabled: z.boolean().nullable().default(null),
  onPremisesSecurityIdentifier: Sid.nullable().default(null),
  /** From `onPremisesSyncBehavior`; null where it was not read (a separate permission). */
  isCloudManaged: z.boolean().nullable().default(null),
  writebackConfiguration: z
    .strictObject({ isEnabled: z.boolean().nullable(), onPremisesGroupType: OnPremisesGroupType.nullable() })
    .default({ isEnabled: null, onPremisesGroupType: null }),
  /** Extension attributes by name, as Graph names them. */
  extensions: z.record(z.string(), z.string()).default({}),
  /** Read only when the policy asks for them; null where not read. */
  owners: z.array(EntraId).readonly().nullable().default(null),
  administrativeUnits: z.array(EntraId).readonly().nullable().default(null),
  /** Number of direct members where a complete read has counted them. */
  memberCount: z.int().min(0).nullable().default(null),
});
export type GroupProperties = z.output<typeof GroupProperties>;

export const UserProperties = z.strictObject({
  displayName: text.default(null),
  userPrincipalName: z.string(),
  userType: text.default(null),
  accountEnabled: z.boolean().nullable().default(null),
  mail: text.default(null),
  mailNickname: text.default(null),
  proxyAddresses: z.array(z.string()).readonly().default([]),
  givenName: text.default(null),
  surname: text.default(null),
  jobTitle: text.default(null),
  department: text.default(null),
  companyName: text.default(null),
  employeeId: text.default(null),
  streetAddress: text.default(null),
  city: text.default(null),
  state: text.default(null),
  postalCode: text.default(null),
  country: text.default(null),
  mobilePhone: text.default(null),
  businessPhones: z.array(z.string()).readonly().default([]),
  officeLocation: text.default(null),
  preferredLanguage: text.default(null),
  usageLocation: text.default(null),
  onPremisesSyncEnabled: z.boolean().nullable().default(null),
  onPremisesSecurityIdentifier: Sid.nullable().default(null),
  onPremisesImmutableId: text.default(null),
  onPremisesDistinguishedName: text.default(null),
  onPremisesDomainName: text.default(null),
  onPremisesSamAccountName: text.default(null),
  onPremisesUserPrincipalName: text.default(null),
  extensions: z.record(z.string(), z.string()).default({}),
  manager: EntraId.nullable().default(null),
});
export type UserProperties = z.output<typeof UserProperties>;

export const DeviceProperties = z.strictObject({
  displayName: text.default(null),
  deviceId: EntraId,
  accountEnabled: z.boolean().nullable().default(null),
  trustType: text.default(null),
  profileType: text.default(null),
  deviceOwnership: text.default(null),
  operatingSystem: text.default(null),
  operatingSystemVersion: text.default(null),
  deviceVersion: z.int().nullable().default(null),
  isManaged: z.boolean().nullable().default(null),
  isCompliant: z.boolean().nullable().default(null),
  managementType: text.default(null),
  physicalIds: z.array(z.string()).readonly().default([]),
  approximateLastSignInDateTime: text.default(null),
  registrationDateTime: text.default(null),
  onPremisesSyncEnabled: z.boolean().nullable().default(null),
  onPremisesSecurityIdentifier: Sid.nullable().default(null),
  alternativeSecurityIds: z
    .array(z.strictObject({ type: z.int(), identityProvider: text.default(null), key: z.string() }))
    .readonly()
    .default([]),
  /** SIDs of owner and users that have an AD account; null where not read. */
  registeredOwners: z
    .array(z.strictObject({ id: EntraId, sid: Sid.nullable() }))
    .readonly()
    .nullable()
    .default(null),
  registeredUsers: z
    .array(z.strictObject({ id: EntraId, sid: Sid.nullable() }))
    .readonly()
    .nullable()
    .default(null),
});
export type DeviceProperties = z.output<typeof DeviceProperties>;

const present = z.enum(['present', 'softDeleted']);
const head = { id: EntraId, readAt: Moment };

/** `deleted` is permanent, and known only by a tombstone that two 404s confirmed (design rule 3). */
export const Snapshot = z.union([
  z.strictObject({ kind: z.literal('group'), presence: present, ...head, properties: GroupProperties }),
  z.strictObject({ kind: z.literal('user'), presence: present, ...head, properties: UserProperties }),
  z.strictObject({ kind: z.literal('device'), presence: present, ...head, properties: DeviceProperties }),
  z.strictObject({ kind: z.enum(['group', 'user', 'device']), presence: z.literal('deleted'), ...head }),
]);
export type Snapshot = z.output<typeof Snapshot>;
export type LiveSnapshot = Exclude<Snapshot, { presence: 'deleted' }>;
export type GroupSnapshot = Extract<LiveSnapshot, { kind: 'group' }>;
export type UserSnapshot = Extract<LiveSnapshot, { kind: 'user' }>;
export type DeviceSnapshot = Extract<LiveSnapshot, { kind: 'device' }>;
