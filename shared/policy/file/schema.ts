import { z } from 'zod';
import { deviceSpace } from '../attributes/device.ts';
import { groupSpace } from '../attributes/group.ts';
import { userSpace } from '../attributes/user.ts';
import { conditionSchema } from '../condition/schema.ts';
import { DeviceSettings, writtenDeviceShape } from '../settings/device.ts';
import { GroupSettings, writtenGroupShape } from '../settings/group.ts';
import { containerDn } from '../settings/text.ts';
import { UserSettings, writtenUserShape } from '../settings/user.ts';

const rule = z.string().min(1).max(100).describe('Name of the rule, unique in its list.');

const groupRule = writtenGroupShape.extend({
  rule,
  when: conditionSchema(groupSpace, 'GroupCondition').optional(),
});
const userRule = writtenUserShape.extend({
  rule,
  when: conditionSchema(userSpace, 'UserCondition').optional(),
});
const deviceRule = writtenDeviceShape.extend({
  rule,
  when: conditionSchema(deviceSpace, 'DeviceCondition').optional(),
});

const exchangeShape = {
  organization: z
    .string()
    .min(1)
    .max(64)
    .nullable()
    .describe('Name of the on-premises Exchange organisation; with it legacyExchangeDN is written.'),
  addressLists: z
    .array(containerDn)
    .describe('DNs of the address lists in which written recipients are shown (showInAddressBook).'),
  routingDomain: z
    .string()
    .regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, { error: 'is not a DNS name' })
    .nullable()
    .describe('Mail domain of the tenant, such as contoso.mail.onmicrosoft.com, for remote mailboxes.'),
};

const topShape = {
  tenantDefault: z
    .enum(['honour', 'on', 'off'])
    .describe('Microsoft 365 groups nobody configured: as the tenant says, written, or not.'),
  sourceOfAuthority: z
    .enum(['infer', 'read'])
    .describe('How groups whose source of authority was moved are known.'),
};

const lists = {
  groups: z.array(groupRule).describe('Rules for groups; the first that matches decides.'),
  users: z.array(userRule).describe('Rules for users.'),
  devices: z.array(deviceRule).describe('Rules for devices.'),
};

/** A policy as people write it: everything may be left out and is then as in the default policy. */
export const WrittenPolicy = z
  .strictObject({
    ...topShape,
    exchange: z.strictObject(exchangeShape).partial(),
    defaults: z
      .strictObject({ groups: writtenGroupShape, users: writtenUserShape, devices: writtenDeviceShape })
      .partial(),
    ...lists,
  })
  .partial();
export type WrittenPolicy = z.output<typeof WrittenPolicy>;

/** The default policy says everything, so that nothing has its default anywhere else. */
export const CompletePolicy = z.strictObject({
  ...topShape,
  exchange: z.strictObject(exchangeShape),
  defaults: z.strictObject({ groups: GroupSettings, users: UserSettings, devices: DeviceSettings }),
  ...lists,
});
export type CompletePolicy = z.output<typeof CompletePolicy>;
