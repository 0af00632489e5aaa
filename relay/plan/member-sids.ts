import type { Reference } from '../../shared/domain/index.ts';

/** The first RID that AD gives to objects made by people (MS-SAMR §3.1.1.9.2.1). */
const firstOrdinaryRid = 1000;

/**
 * Is the SID one that means many or the system: Everyone, Authenticated Users, a built-in group, Domain Users? Nothing that
 * Entra syncs has one, so a member of that kind is nobody's membership but a way to let everybody in.
 */
export function isWellKnownSid(sid: string): boolean {
  if (!sid.startsWith('S-1-5-21-')) return true;
  return Number(sid.slice(sid.lastIndexOf('-') + 1)) < firstOrdinaryRid;
}

/** Does the reference name an object of another domain? AD and Samba would make a foreign security principal of its SID. */
export const isElsewhere = (reference: Reference, domainSid: string): boolean =>
  reference.by === 'sid' && !reference.sid.startsWith(`${domainSid}-`);
