import { z } from 'zod';
import { userSpace } from '../attributes/user.ts';
import { collision, commonSettings } from './common.ts';
import { endingSchema } from './ending.ts';
import { nameTemplate, placeSchema, templateText } from './text.ts';

/** AD attributes of a user that a policy may fill besides those that are mapped. */
export const userExtraAttributes = [
  'description',
  'info',
  'employeeNumber',
  'employeeType',
  'division',
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}` as const),
] as const;

const name = nameTemplate(userSpace, 'UserNameTemplate');
const ending = endingSchema(['keep', 'delete', 'disable', 'quarantine'], 'UserEnding');
const domain = z.string().regex(/^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/, {
  error: ({ input }) => `${JSON.stringify(input)} is not a DNS name`,
});

const nameShape = {
  commonName: name.describe('Common name in AD. Cut to 64 characters.'),
  samAccountName: name.describe('sAMAccountName. Cut to 20 characters.'),
  userPrincipalName: name.describe('User principal name, before suffixes are mapped.'),
  collision,
};
const deletionShape = {
  softDeleted: ending.describe('When the user is in the recycle bin of the tenant.'),
  hardDeleted: ending.describe('When the user is permanently deleted.'),
  outOfScope: ending.describe('When no rule writes the user any more.'),
};
const flatShape = {
  writeback: z.boolean().describe('Whether users that match are written.'),
  guests: z.boolean().describe('Whether guests that match are written.'),
  ou: placeSchema(userSpace, 'UserPlace').describe('Where the AD user goes.'),
  upnSuffixes: z
    .record(domain, domain)
    .describe('Suffixes of user principal names, cloud: AD. Others are kept as they are.'),
  start: z
    .enum(['disabled', 'randomPassword'])
    .describe('How a new account starts: disabled, or with a long password that nobody knows.'),
  smartcardRequired: z.boolean().describe('Whether a smart card is required for interactive logon.'),
  mail: z.enum(['auto', 'never']).describe('auto: mail attributes where AD is prepared for Exchange.'),
  attributes: z
    .partialRecord(z.enum(userExtraAttributes), templateText(userSpace, 'UserTemplate'))
    .describe('More AD attributes, each with its template.'),
  ...commonSettings,
};

/** What a rule says of a user, complete. */
export const UserSettings = z.strictObject({
  ...flatShape,
  name: z.strictObject(nameShape),
  deletion: z.strictObject(deletionShape),
});
export type UserSettings = z.output<typeof UserSettings>;

/** The same as people write it: what is left out is taken from the defaults. */
export const writtenUserShape = z
  .strictObject({
    ...flatShape,
    name: z.strictObject(nameShape).partial(),
    deletion: z.strictObject(deletionShape).partial(),
  })
  .partial();
