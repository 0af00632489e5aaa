import type { EntraId, MemberRecord, MemberType } from '../../domain/index.ts';

/** How many records and kinds are remembered. */
const limit = 20_000;

/**
 * What was lately read of members: records for a short time, since one person often comes into many
 * groups at once; and what kind an id has, which never changes, for as long as there is room.
 */
export type MemberCache = {
  record(id: EntraId): MemberRecord | undefined;
  keep(record: MemberRecord): void;
  typeOf(id: EntraId): MemberType | undefined;
  learn(id: EntraId, type: MemberType): void;
  /** The object has changed: what was read of it counts no more. */
  forget(id: EntraId): void;
};

/**
 * Only records that AD can be asked for by their SID are kept: a SID does not change, while an object
 * without one may get its place in AD at any time.
 */
export function createMemberCache(lifetimeMs: number, now: () => Date): MemberCache {
  const records = new Map<EntraId, { readonly record: MemberRecord; readonly until: number }>();
  const types = new Map<EntraId, MemberType>();
  return {
    record(id) {
      const known = records.get(id);
      return known && known.until > now().getTime() ? known.record : undefined;
    },
    keep(record) {
      if (record.onPremisesSecurityIdentifier === null) return;
      putLast(records, record.id, { record, until: now().getTime() + lifetimeMs });
    },
    typeOf: (id) => types.get(id),
    learn(id, type) {
      if (type !== 'unknown') putLast(types, id, type);
    },
    forget(id) {
      records.delete(id);
    },
  };
}

/** Puts an entry at the end, and drops the oldest where there is no room. */
function putLast<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= limit) return;
  const oldest = map.keys().next();
  if (!oldest.done) map.delete(oldest.value);
}
