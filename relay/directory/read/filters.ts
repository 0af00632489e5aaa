import { AndFilter, EqualityFilter, type Filter, OrFilter, PresenceFilter } from 'ldapts';
import type { ObjectGuid, ObjectKind, Sid } from '../../../shared/domain/index.ts';
import { guidToBytes } from '../names/guid.ts';
import { sidToBytes } from '../names/sid.ts';

/** Matches every object. */
export const anything: Filter = new PresenceFilter({ attribute: 'objectClass' });

/**
 * `attribute` equals `value`. Octets go as octets: written as `\xx` in the text of a filter, ldapts would send
 * those from 0x80 on as two bytes each, and match nothing.
 */
export const equals = (attribute: string, value: string | Buffer): Filter =>
  new EqualityFilter({ attribute, value });

export const allOf = (filters: readonly Filter[]): Filter => new AndFilter({ filters: [...filters] });

export const anyOf = (filters: readonly Filter[]): Filter => new OrFilter({ filters: [...filters] });

export const hasGuid = (guid: ObjectGuid): Filter => equals('objectGUID', guidToBytes(guid));

export const hasSid = (sid: Sid): Filter => equals('objectSid', sidToBytes(sid));

/** objectCategory is indexed, so AD looks at objects of the kind only; AD takes the name of a class for its DN. */
export const isOfKind = (kind: ObjectKind): Filter => equals('objectCategory', categories[kind]);

const categories = { group: 'group', user: 'person', device: 'msDS-Device' } as const;
