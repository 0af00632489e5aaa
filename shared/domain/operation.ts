import { z } from 'zod';
import { Dn, ObjectGuid } from './ids.ts';

/** Values as they go to AD. */
export const WireValue = z.union([z.string(), z.strictObject({ base64: z.base64() })]);
export type WireValue = z.output<typeof WireValue>;

const values = z.array(WireValue).readonly();
const members = z.array(Dn).readonly();
/** Which existing object: its DN as last seen, and the GUID that does not change with it. */
const target = { dn: Dn, guid: ObjectGuid };

/** One LDAP operation of a plan. A plan is an ordered list of these; applying it twice equals once. */
export const Operation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('create'), dn: Dn, attributes: z.record(z.string(), values) }),
  /** Bring a deleted object back: same SID, same GUID. `dn` is where it should stand afterwards. */
  z.strictObject({ op: z.literal('reanimate'), ...target, to: Dn }),
  z.strictObject({
    op: z.literal('modify'),
    ...target,
    /** Replace each attribute; no values clears it. */
    replace: z.record(z.string(), values),
    /** What the attributes held before: for the audit and for the inverse plan. */
    before: z.record(z.string(), values),
  }),
  /** Rename and move in one modifyDN. */
  z.strictObject({ op: z.literal('move'), ...target, to: Dn }),
  z.strictObject({ op: z.literal('addMembers'), ...target, members }),
  z.strictObject({ op: z.literal('removeMembers'), ...target, members }),
  z.strictObject({ op: z.literal('delete'), ...target }),
]);
export type Operation = z.output<typeof Operation>;

/** The ordered AD operations that turn observed into desired. Empty: nothing to do. */
export const Plan = z.strictObject({ operations: z.array(Operation).readonly() });
export type Plan = z.output<typeof Plan>;
