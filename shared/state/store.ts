/** A value with its version. The version changes with every write and is compared, never read. */
export type Entry = { readonly key: string; readonly value: unknown; readonly version: string };

/** What must be true of the stored value for a write to happen. */
export type Condition = { readonly version: string } | 'absent' | 'any';

/**
 * What must survive: feed links, per-object state, holds, incidents, audit. Narrow on purpose, so
 * that Azure Table storage, a file and a map can all be it; one contract suite holds for all.
 *
 * Partitions and keys are any text of 1 to 400 characters. Values are JSON, up to 700 KB. A write
 * whose condition does not hold changes nothing and answers `conflict`. (Azure Table storage has
 * room for 512 characters of key, in which the few that stores/table-key.ts escapes count twice.)
 */
export type StateStore = {
  get(partition: string, key: string): Promise<Entry | undefined>;
  put(partition: string, key: string, value: unknown, when: Condition): Promise<PutResult>;
  /** Deleting what is not there is no error. */
  delete(
    partition: string,
    key: string,
    when?: Exclude<Condition, 'absent'>,
  ): Promise<'deleted' | 'conflict'>;
  /** Entries in the order of their keys (by UTF-16 code unit), read page by page. */
  list(partition: string, range?: KeyRange): AsyncIterable<Entry>;
  close(): Promise<void>;
};

export type PutResult =
  | { readonly result: 'stored'; readonly version: string }
  | { readonly result: 'conflict' };

/** `from` is inclusive, `before` exclusive. */
export type KeyRange = { readonly from?: string; readonly before?: string; readonly limit?: number };
