import { z } from 'zod';
import { ChangedMember, Moment, ObjectRef, sessionOf } from '../domain/index.ts';
import { inParallel } from './in-parallel.ts';
import { createRecords } from './records.ts';
import type { KeyRange, StateStore } from './store.ts';

/** One thing that happened. Entries are written once and never changed. */
export const AuditEntry = z.strictObject({
  /** Unique; appending the same entry twice stores it once. */
  id: z.string().min(1).max(128),
  at: Moment,
  /** A stable name such as `decision.changed` or `outcome.applied`. */
  event: z.string(),
  object: ObjectRef.optional(),
  displayName: z.string().optional(),
  /** Who did it, where a person did. */
  actor: z.string().optional(),
  /** Reason codes, violation codes and error codes, to search by. */
  codes: z.array(z.string()).readonly().optional(),
  /** Who was added or removed by it, to search by. */
  members: z.array(ChangedMember).readonly().optional(),
  details: z.record(z.string(), z.json()).default({}),
});
export type AuditEntry = z.output<typeof AuditEntry>;

/** `since` is inclusive, `before` exclusive; `after` is the cursor of the entry where the page before ended. */
export type AuditRange = {
  readonly since?: Date;
  readonly before?: Date;
  readonly after?: string;
  readonly limit?: number;
};

/** The audit, newest first. */
export type Audit = {
  append(entry: AuditEntry): Promise<void>;
  query(range?: AuditRange): AsyncIterable<AuditEntry>;
  queryObject(object: ObjectRef, range?: AuditRange): AsyncIterable<AuditEntry>;
  /** Entries about a member, known by any of these: its Entra id, its SID, its DN. */
  queryMember(identities: readonly string[], range?: AuditRange): AsyncIterable<AuditEntry>;
  /** Deletes what is older, at most `most` entries, oldest last. Answers how many it deleted. */
  purge(before: Date, most: number): Promise<number>;
};

const everything = 'audit';
const partitionOf = (object: ObjectRef): string => `${everything}:${sessionOf(object)}`;
/** A DN may be longer than a key; its beginning finds it, and the entry itself tells. */
const memberPartition = (identity: string): string =>
  `${everything}:member:${identity.toLowerCase().slice(0, 300)}`;
const identitiesOf = ({ members = [] }: AuditEntry): readonly string[] => [
  ...new Set(members.flatMap(({ id, sid, dn }) => [id, sid, dn].filter((one) => one !== undefined))),
];

/**
 * Each entry stands with all others by falling time, and with its object. For each member that it
 * names there is a signpost to it.
 */
export function createAudit(store: StateStore): Audit {
  const of = (partition: string) =>
    createRecords({ store, partition, what: 'The audit entry', version: 1, schema: AuditEntry });
  const all = of(everything);
  const read = async function* (partition: string, range: AuditRange): AsyncIterable<AuditEntry> {
    for await (const { value } of of(partition).list(keyRange(range))) yield value;
  };
  return {
    async append(entry) {
      const key = cursorOf(entry);
      const signposts = identitiesOf(entry).map(memberPartition);
      await inParallel(signposts, async (partition) => void (await store.put(partition, key, {}, 'any')));
      // Only where nothing is: what was written stays as it was written.
      if (entry.object) await of(partitionOf(entry.object)).save(key, entry, 'absent');
      await all.save(key, entry, 'absent');
    },
    query: (range = {}) => read(everything, range),
    queryObject: (object, range = {}) => read(partitionOf(object), range),
    async *queryMember(identities, range = {}) {
      const keys = new Set<string>();
      for (const identity of identities) {
        for await (const { key } of store.list(memberPartition(identity), keyRange(range))) keys.add(key);
      }
      for (const key of [...keys].sort().slice(0, range.limit)) {
        const found = await all.read(key);
        if (found) yield found.value;
      }
    },
    async purge(before, most) {
      const old: { readonly key: string; readonly entry: AuditEntry }[] = [];
      for await (const { key, value } of all.list({ ...keyRange({ before }), limit: most }))
        old.push({ key, entry: value });
      await inParallel(old, async ({ key, entry }) => {
        for (const identity of identitiesOf(entry)) await store.delete(memberPartition(identity), key);
        if (entry.object) await store.delete(partitionOf(entry.object), key);
        await all.remove(key);
      });
      return old.length;
    },
  };
}

const endOfTime = 9_999_999_999_999;

/** Text whose order is that of time turned round; milliseconds since the epoch, until the year 2286. */
const fallingTime = (ms: number): string => String(endOfTime - ms).padStart(13, '0');

/** Where an entry stands, for `after`. */
export const cursorOf = ({ at, id }: Pick<AuditEntry, 'at' | 'id'>): string =>
  `${fallingTime(Date.parse(at))}:${id}`;

/** Later times have smaller keys; the key after the last one at a time is that of one millisecond before. */
function keyRange({ since, before, after, limit }: AuditRange): KeyRange {
  const beginnings = [before && fallingTime(before.getTime() - 1), after && `${after}!`];
  const from = beginnings
    .filter((one) => one !== undefined && one !== '')
    .sort()
    .at(-1);
  return {
    ...(from && { from }),
    ...(since && { before: fallingTime(since.getTime() - 1) }),
    ...(limit !== undefined && { limit }),
  };
}
