import { z } from 'zod';
import { EntraId, ObjectGuid, ObjectKind, Sid } from './ids.ts';

/**
 * How the relay finds a member (or a manager, an owner) in AD. The cloud knows a SID for what is
 * synchronised from AD, and only the Entra id for what we wrote.
 */
export const Reference = z.discriminatedUnion('by', [
  /**
   * A synchronised user, group or computer. `id` may be left out in the parts of a large membership;
   * `kind` is given for groups, whose scope the relay must look at before it nests them.
   */
  z.strictObject({ by: z.literal('sid'), sid: Sid, kind: ObjectKind.optional(), id: EntraId.optional() }),
  /** An object that we wrote, found by its marker. */
  z.strictObject({ by: z.literal('marker'), kind: ObjectKind, id: EntraId }),
  /** A device that we wrote, found by its name `CN=<deviceId>`, which must carry our marker. */
  z.strictObject({ by: z.literal('device'), deviceId: EntraId, id: EntraId }),
  /** A hybrid-joined device whose SID Graph does not give: the computer's objectGUID is the device id. */
  z.strictObject({ by: z.literal('computer'), objectGuid: ObjectGuid, id: EntraId }),
]);
export type Reference = z.output<typeof Reference>;

/**
 * The key by which large memberships are sorted and cut: the SID, or the kind and id of what we
 * wrote. Undefined for a computer known by its GUID only: such members travel with every part.
 */
export function keyOf(reference: Reference): string | undefined {
  switch (reference.by) {
    case 'sid':
      return reference.sid;
    case 'marker':
      return `${reference.kind}:${reference.id}`;
    case 'device':
      return `device:${reference.deviceId}`;
    case 'computer':
      return undefined;
  }
}
