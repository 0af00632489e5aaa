import { z } from 'zod';
import { EntraId, Sid } from './ids.ts';

/** What kind of object a member of a cloud group is; `unknown` where Graph does not tell (a permission is missing). */
export const MemberType = z.enum(['user', 'group', 'device', 'servicePrincipal', 'contact', 'unknown']);
export type MemberType = z.output<typeof MemberType>;

/** A member of a cloud group with all that decides how it is found in AD. */
export const MemberRecord = z.strictObject({
  id: EntraId,
  type: MemberType,
  onPremisesSecurityIdentifier: Sid.nullable(),
  onPremisesSyncEnabled: z.boolean().nullable(),
  /** Users: Member or Guest. */
  userType: z.string().nullable().default(null),
  accountEnabled: z.boolean().nullable().default(null),
  /** Devices. */
  deviceId: EntraId.nullable().default(null),
  trustType: z.string().nullable().default(null),
  /** Groups: what their kind is made of. */
  groupTypes: z.array(z.string()).readonly().default([]),
  securityEnabled: z.boolean().nullable().default(null),
  mailEnabled: z.boolean().nullable().default(null),
  displayName: z.string().nullable().default(null),
});
export type MemberRecord = z.output<typeof MemberRecord>;
