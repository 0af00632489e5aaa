import { z } from 'zod';
import { GroupScope, WrittenAs } from '../../domain/index.ts';
import { groupSpace } from '../attributes/group.ts';
import { memberSpace } from '../attributes/member.ts';
import { conditionSchema } from '../condition/schema.ts';
import { collision, commonSettings } from './common.ts';
import { endingSchema } from './ending.ts';
import { nameTemplate, placeSchema, templateText } from './text.ts';

/** AD attributes of a group that a policy may fill; all others are ours, AD's or Exchange's. */
export const groupExtraAttributes = [
  'info',
  'url',
  'wWWHomePage',
  'telephoneNumber',
  'extensionName',
  'gidNumber',
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}` as const),
] as const;

export const memberKinds = ['syncedUsers', 'cloudUsers', 'guests', 'groups', 'devices'] as const;

/** Most members that AD groups written by us may have (Entra Connect writes no more either). */
export const memberLimit = 250_000;

const name = nameTemplate(groupSpace, 'GroupNameTemplate');
const ending = endingSchema(['keep', 'delete', 'distribution', 'strip', 'quarantine'], 'GroupEnding');

const nameShape = {
  commonName: name.describe('Common name in AD. Cut to 64 characters.'),
  samAccountName: name.describe('sAMAccountName. Characters that AD forbids are left out.'),
  samAccountNameLimit: z
    .union([z.literal(20), z.literal(256)], { error: 'must be 20 or 256' })
    .describe('256 as AD allows, or 20 for very old applications.'),
  collision,
};
const deletionShape = {
  disabled: ending.describe('When writeback is turned off on the group.'),
  softDeleted: ending.describe('When the group is in the recycle bin of the tenant.'),
  hardDeleted: ending.describe('When the group is permanently deleted.'),
  outOfScope: ending.describe('When no rule writes the group any more.'),
};
const membersShape = {
  kinds: z.array(z.enum(memberKinds)).describe('Which kinds of members are written.'),
  filter: conditionSchema(memberSpace, 'MemberCondition').optional().describe('Which of them are written.'),
};
const limitsShape = {
  members: z
    .int()
    .min(1)
    .max(memberLimit)
    .nullable()
    .describe('Most direct members. null: 50000 for Microsoft 365 groups, 250000 for security groups.'),
};
const flatShape = {
  writeback: z
    .union([z.boolean(), z.literal('asConfigured')], { error: 'must be true, false or asConfigured' })
    .describe('true, false, or asConfigured: as writebackConfiguration of the group says.'),
  as: z
    .enum([...WrittenAs.options, 'asConfigured'])
    .describe('What the AD group is; asConfigured: as writebackConfiguration.onPremisesGroupType says.'),
  scope: GroupScope.describe('Scope of the AD group.'),
  ou: placeSchema(groupSpace, 'GroupPlace').describe('Where the AD group goes.'),
  nesting: z
    .enum(['mirror', 'flatten', 'closure'])
    .describe(
      'mirror: nested groups that are in AD are nested there. flatten: their members become members. closure: nested groups are written too.',
    ),
  mail: z.enum(['auto', 'never']).describe('auto: mail attributes where AD is prepared for Exchange.'),
  roleAssignable: z
    .enum(['allowed', 'required', 'forbidden'])
    .describe('Whether role-assignable groups may, must or must not be written by this rule.'),
  attributes: z
    .partialRecord(z.enum(groupExtraAttributes), templateText(groupSpace, 'GroupTemplate'))
    .describe('More AD attributes, each with its template.'),
  ...commonSettings,
};

/** What a rule says of a group, complete. */
export const GroupSettings = z.strictObject({
  ...flatShape,
  name: z.strictObject(nameShape),
  deletion: z.strictObject(deletionShape),
  members: z.strictObject(membersShape),
  limits: z.strictObject(limitsShape),
});
export type GroupSettings = z.output<typeof GroupSettings>;

/** The same as people write it: what is left out is taken from the defaults. */
export const writtenGroupShape = z
  .strictObject({
    ...flatShape,
    name: z.strictObject(nameShape).partial(),
    deletion: z.strictObject(deletionShape).partial(),
    members: z.strictObject(membersShape).partial(),
    limits: z.strictObject(limitsShape).partial(),
  })
  .partial();
