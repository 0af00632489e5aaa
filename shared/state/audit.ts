import { z } from 'zod';
import { Moment, ObjectRef, sessionOf } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { KeyRange, StateStore } from './store.ts';

/** One thing that happened. Entries are written once and never changed. */
export const AuditEntry = z.strictObject({
  /** Unique; appending the same entry twice stores it once. */
  id: z.string().min(1).max(128),
  at: Moment,
  /** A stable name such as `change.decided` or `hold.approved`. */
  event: z.string(),
  object: ObjectRef.optional(),
  displayName: z.string().optional(),
  /** Who did it, where a person did. */
  actor: z.string().optional(),
  details: z.record(z.string(), z.json()).default({}),
});
export type AuditEntry = z.output<typeof AuditEntry>;

/** `since` is inclusive, `before` exclusive. */
export type AuditRange = { readonly since?: Date; readonly before?: Date; readonly limit?: number };

/** The audit, newest first. */
export type Audit = {
  append(entry: AuditEntry): Promise<void>;
  query(range?: AuditRange): AsyncIterable<AuditEntry>;
  queryObject(object: ObjectRef, range?: AuditRange): AsyncIterable<AuditEntry>;
};

const everything = 'audit';

/** Each entry stands in two partitions: with its object and with all others, by falling time. */
export function createAudit(store: StateStore): Audit {
  const of = (partition: string) =>
    createRecords({ store, partition, what: 'The audit entry', version: 1, schema: AuditEntry });
  const partitionOf = (object: ObjectRef): string => `${everything}:${sessionOf(object)}`;
  const read = async function* (partition: string, range: AuditRange): AsyncIterable<AuditEntry> {
    for await (const { value } of of(partition).list(keyRange(range))) yield value;
  };
  return {
    async append(entry) {
      const key = `${fallingTime(Date.parse(entry.at))}:${entry.id}`;
      if (entry.object) await of(partitionOf(entry.object)).save(key, entry, 'any');
      await of(everything).save(key, entry, 'any');
    },
    query: (range = {}) => read(everything, range),
    queryObject: (object, range = {}) => read(partitionOf(object), range),
  };
}

const endOfTime = 9_999_999_999_999;

/** Text whose order is that of time turned round; milliseconds since the epoch, until the year 2286. */
const fallingTime = (ms: number): string => String(endOfTime - ms).padStart(13, '0');

/** Later times have smaller keys; the key after the last one at a time is that of one millisecond before. */
function keyRange({ since, before, limit }: AuditRange): KeyRange {
  return {
    ...(before && { from: fallingTime(before.getTime() - 1) }),
    ...(since && { before: fallingTime(since.getTime() - 1) }),
    ...(limit !== undefined && { limit }),
  };
}
