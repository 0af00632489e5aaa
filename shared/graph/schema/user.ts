import { z } from 'zod';
import { EntraId, type UserProperties } from '../../domain/index.ts';
import { flag, sid, text, texts, toldFlag, toldSid } from './fields.ts';

const base = {
  id: EntraId,
  displayName: text,
  userPrincipalName: z.string(),
  userType: text,
  mail: text,
  mailNickname: text,
  proxyAddresses: texts,
  givenName: text,
  surname: text,
  jobTitle: text,
  department: text,
  companyName: text,
  employeeId: text,
  streetAddress: text,
  city: text,
  state: text,
  postalCode: text,
  country: text,
  mobilePhone: text,
  businessPhones: texts,
  officeLocation: text,
  preferredLanguage: text,
  usageLocation: text,
  onPremisesImmutableId: text,
  onPremisesDistinguishedName: text,
  onPremisesDomainName: text,
  onPremisesSamAccountName: text,
  onPremisesUserPrincipalName: text,
};

/** A live user: what decides whether AD masters it, and whether it may sign in, must be there. */
const Live = z.object({
  ...base,
  accountEnabled: toldFlag,
  onPremisesSyncEnabled: toldFlag,
  onPremisesSecurityIdentifier: toldSid,
});

/** A user in the recycle bin, of which Graph answers the default properties only. */
const Deleted = z.object({
  ...base,
  accountEnabled: flag,
  onPremisesSyncEnabled: flag,
  onPremisesSecurityIdentifier: sid,
});

export const userSelection: readonly string[] = Object.keys(Live.shape);

export type UserRead = { readonly id: EntraId; readonly properties: UserProperties };

const userOf = ({ id, ...raw }: z.output<typeof Deleted>): UserRead => ({
  id,
  properties: { ...raw, extensions: {}, manager: null },
});

export const LiveUser = Live.transform(userOf);
export const DeletedUser = Deleted.transform(userOf);
