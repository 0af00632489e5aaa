import { isBuiltinGroup } from '../plan/group-type.ts';
import type { DeletedObject, ObservedObject } from '../plan/observed.ts';
import { textOf } from '../plan/values.ts';

/** The first RID that AD gives to objects made by people (MS-SAMR §3.1.1.9.2.1, MS-ADTS §7.1.1.1). */
const firstOrdinaryRid = 1000;

/**
 * Why an object is never changed, marker or not: it belongs to the system or to those who run it.
 * Undefined where nothing speaks against it.
 */
export function protectionOf(object: ObservedObject, domainSid: string): string | undefined {
  if (Number(textOf(object, 'adminCount') ?? 0) > 0) return protectedByAdminSdHolder;
  if (textOf(object, 'isCriticalSystemObject')?.toUpperCase() === 'TRUE')
    return 'it is a critical system object';
  if (isBuiltinGroup(textOf(object, 'groupType'))) return 'it is a built-in group';
  return sidProtection(object.sid, domainSid);
}

/** The same of a deleted object, of which AD keeps less. */
export function deletedProtection(object: DeletedObject | undefined, domainSid: string): string | undefined {
  if (object && object.adminCount > 0) return protectedByAdminSdHolder;
  return sidProtection(object?.sid, domainSid);
}

const protectedByAdminSdHolder = 'it is protected by AdminSDHolder (adminCount is 1)';

/** Why the object with this SID is never changed, also where nothing but the SID is known of it. */
export function sidProtection(sid: string | undefined, domainSid: string): string | undefined {
  if (sid === undefined) return undefined;
  if (!sid.startsWith('S-1-5-21-')) return `its SID ${sid} is well known`;
  const rid = Number(sid.slice(sid.lastIndexOf('-') + 1));
  if (rid < firstOrdinaryRid) return `its SID ends with the well-known number ${rid}`;
  return sid.startsWith(`${domainSid}-`) ? undefined : `its SID ${sid} is of another domain`;
}
