import { z } from 'zod';
import { GroupScope } from './decision.ts';
import { EntraId, Sid } from './ids.ts';
import { Reference } from './reference.ts';

/** A value of an AD attribute: text, octets, or a reference that the relay resolves to a DN. */
export const AttributeValue = z.union([
  z.string(),
  z.strictObject({ base64: z.base64() }),
  z.strictObject({ reference: Reference }),
]);
export type AttributeValue = z.output<typeof AttributeValue>;

/**
 * One attribute that we own. No values means that it must be absent. `when` says where it is
 * written: always; only where the schema has the attribute; only where AD is prepared for
 * Exchange; or only when the object is created (for example a first password state).
 */
export const DesiredAttribute = z.strictObject({
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/),
  values: z.array(AttributeValue).readonly(),
  when: z.enum(['always', 'schemaHasIt', 'exchangePrepared', 'created']).default('always'),
});
export type DesiredAttribute = z.output<typeof DesiredAttribute>;

/** Names to use instead where another object has one of the wanted names; absent: refuse and report. */
const FallbackNames = z.strictObject({
  commonName: z.string().min(1).max(64),
  samAccountName: z.string().min(1).max(256),
});

const place = {
  id: EntraId,
  /** DN of the parent; relative to the domain when it has no DC component (`OU=EntraWriteback`). */
  container: z.string().min(1),
  commonName: z.string().min(1).max(64),
  attributes: z.array(DesiredAttribute).readonly(),
  /** What happens to changes made by hand in AD. */
  drift: z.enum(['overwrite', 'report']),
};

/** The AD object as it should be, canonical: two equal desired objects have equal JSON. */
export const DesiredObject = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('group'),
    ...place,
    samAccountName: z.string().min(1).max(256),
    fallback: FallbackNames.optional(),
    security: z.boolean(),
    scope: GroupScope,
    /**
     * The original AD group of a group whose source of authority moved to the cloud: matched by
     * SID, it keeps its OU, its name and its sAMAccountName.
     */
    continues: Sid.optional(),
  }),
  z.strictObject({
    kind: z.literal('user'),
    ...place,
    samAccountName: z.string().min(1).max(20),
    fallback: FallbackNames.optional(),
    enabled: z.boolean(),
    /** How a new account starts: disabled, or enabled with a long random password that nobody knows. */
    start: z.enum(['disabled', 'randomPassword']),
    smartcardRequired: z.boolean(),
    /**
     * All mail addresses as in proxyAddresses (`smtp:ada@corp.example`), whether they are written or
     * not: nobody else in the forest may have one of them.
     */
    addresses: z.array(z.string()).readonly().optional(),
    continues: Sid.optional(),
  }),
  z.strictObject({ kind: z.literal('device'), ...place, deviceId: EntraId }),
]);
export type DesiredObject = z.output<typeof DesiredObject>;
export type DesiredGroup = Extract<DesiredObject, { kind: 'group' }>;
export type DesiredUser = Extract<DesiredObject, { kind: 'user' }>;
export type DesiredDevice = Extract<DesiredObject, { kind: 'device' }>;
