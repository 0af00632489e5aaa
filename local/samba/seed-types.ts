import { z } from 'zod';
import type { ObjectKind } from '../../shared/domain/index.ts';

/** What to put into a new domain. */
export interface SeedOptions {
  /** Number of users that a tenant would know as synced. Default: 20. */
  readonly people?: number;
  /** Number of computers. Default: 3. */
  readonly computers?: number;
  /** What the service account may write: groups and users in the writeback OU, devices in CN=RegisteredDevices. Default: groups. */
  readonly writeback?: readonly ObjectKind[];
  /** Lets the service account see deleted objects and bring them back. Default: no. */
  readonly bringBack?: boolean;
  /**
   * Whether to make CN=RegisteredDevices and the device registration service, which the 2008 R2 schema does not know.
   * Default: if devices are written back.
   */
  readonly registeredDevices?: boolean;
}

/** An object that is synced to the tenant, by the identifiers that Entra knows it by. */
const principalSchema = z
  .object({
    dn: z.string(),
    /** `S-1-5-21-…`, onPremisesSecurityIdentifier in Graph. */
    sid: z.string(),
    /** Dashed, in small letters; the base64 of its bytes is onPremisesImmutableId in Graph. */
    guid: z.string(),
    samAccountName: z.string(),
  })
  .readonly();

/** A synced user. */
const personSchema = principalSchema.unwrap().extend({ upn: z.string(), displayName: z.string() }).readonly();

/** The account that the relay binds with. */
const serviceAccountSchema = principalSchema
  .unwrap()
  .extend({ bindDn: z.string(), upn: z.string(), password: z.string() })
  .readonly();

/** What is in a seeded domain. All containers are DNs. */
export const seededDirectorySchema = z
  .object({
    /** OU in which the service account may write. */
    writebackOu: z.string(),
    peopleOu: z.string(),
    groupsOu: z.string(),
    computersOu: z.string(),
    /** CN=RegisteredDevices, if it was asked for. */
    devicesContainer: z.string().optional(),
    people: z.array(personSchema).readonly(),
    computers: z.array(principalSchema).readonly(),
    /** Security groups that are mastered on-premises, one of each scope; the first person is a member of each. */
    groups: z
      .object({ universal: principalSchema, global: principalSchema, domainLocal: principalSchema })
      .readonly(),
    serviceAccount: serviceAccountSchema,
  })
  .readonly();

export type Principal = z.infer<typeof principalSchema>;
export type Person = z.infer<typeof personSchema>;
export type ServiceAccount = z.infer<typeof serviceAccountSchema>;
export type SeededDirectory = z.infer<typeof seededDirectorySchema>;
