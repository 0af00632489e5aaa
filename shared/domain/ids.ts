import { z } from 'zod';

/**
 * Branded identifiers: a string that has been checked once at a boundary and cannot be confused with
 * another kind of string afterwards. Each is a zod schema and the type of what it lets through.
 */

const guidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Object id in Microsoft Entra ID: a GUID, kept in lower case. */
export const EntraId = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => guidPattern.test(text), {
    error: 'is not an object id (a GUID such as 3a5c3221-c465-48c0-95b8-e9305786a271)',
  })
  .brand<'EntraId'>();
export type EntraId = z.output<typeof EntraId>;

/** objectGUID of an AD object in its dashed text form, lower case (MS-DTYP §2.3.4.3). */
export const ObjectGuid = z
  .string()
  .transform((text) => text.toLowerCase())
  .refine((text) => guidPattern.test(text), { error: 'is not an objectGUID' })
  .brand<'ObjectGuid'>();
export type ObjectGuid = z.output<typeof ObjectGuid>;

/** Security identifier in its text form, at most 15 sub-authorities (MS-DTYP §2.4.2.1). */
export const Sid = z
  .string()
  .regex(/^S-1-\d{1,14}(-\d{1,10}){1,15}$/, { error: 'is not a security identifier (S-1-5-21-…)' })
  .brand<'Sid'>();
export type Sid = z.output<typeof Sid>;

/** Distinguished name as text (RFC 4514). Comparison and parsing live with the code that needs them. */
export const Dn = z
  .string()
  .min(3)
  .max(4096)
  .regex(/=/, { error: 'is not a distinguished name' })
  .brand<'Dn'>();
export type Dn = z.output<typeof Dn>;

/** A moment in UTC, ISO 8601 with milliseconds, as Date.toISOString() writes it. */
export const Moment = z.iso.datetime({ offset: true }).brand<'Moment'>();
export type Moment = z.output<typeof Moment>;

/** Turns a Date into a Moment. */
export const momentOf = (date: Date): Moment => Moment.parse(date.toISOString());

/** The kinds of object that are written back. */
export const ObjectKind = z.enum(['group', 'user', 'device']);
export type ObjectKind = z.output<typeof ObjectKind>;

/** Which object: its kind and its id in Entra. */
export const ObjectRef = z.strictObject({ kind: ObjectKind, id: EntraId });
export type ObjectRef = z.output<typeof ObjectRef>;

/** Session id on the queues and key of the state: all that concerns one object is handled in order. */
export const sessionOf = (ref: ObjectRef): string => `${ref.kind}:${ref.id}`;
