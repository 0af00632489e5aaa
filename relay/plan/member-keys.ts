import type { Membership } from '../../shared/domain/index.ts';
import { parseDn } from './dn.ts';
import type { ObservedMember } from './observed.ts';

/** A range of keys: `after` is exclusive, `upTo` inclusive, null is open. */
export type KeyRange = { readonly after: string | null; readonly upTo: string | null };

export const rangeOf = ({ after, upTo }: Extract<Membership, { kind: 'complete' }>): KeyRange => ({
  after,
  upTo,
});

/** Keys compare by UTF-16 code unit, as JavaScript sorts them. */
export const inRange = (key: string, { after, upTo }: KeyRange): boolean =>
  (after === null || key > after) && (upTo === null || key <= upTo);

/**
 * Every key under which the cloud may list a member: its SID, its marker, and for a device its name
 * too, which is the device id while the marker holds the object id.
 */
export function keysOfMember(member: ObservedMember): readonly string[] {
  const device = member.markerKey?.startsWith('device:') ? deviceName(member.dn) : undefined;
  return [member.sid, member.markerKey, device].filter((key) => key !== undefined);
}

/**
 * Does a part decide about this member? Only where all its keys lie in the range: under a key
 * outside of it, another part may list the member. A member without any key is decided by the part
 * that begins the range, since what lists it travels with every part.
 */
export function isDecidedBy(member: ObservedMember, range: KeyRange): boolean {
  const keys = keysOfMember(member);
  return keys.length === 0 ? range.after === null : keys.every((key) => inRange(key, range));
}

const deviceName = (dn: string): string | undefined => {
  const [leaf] = parseDn(dn) ?? [];
  return leaf && `device:${leaf.value.toLowerCase()}`;
};
