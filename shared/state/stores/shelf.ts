import type { Condition, Entry, KeyRange } from '../store.ts';

type Kept = { readonly json: string; readonly sequence: number };

/** One write, as it is kept in a journal. Without `json` the key was deleted. */
export type ShelfWrite = {
  readonly partition: string;
  readonly key: string;
  readonly sequence: number;
  readonly json?: string;
};

/**
 * Entries in memory, with the rules of a store: what the memory and the file store have in common.
 * Every write has a number that never comes again; it is the version of what was written. Numbers go
 * on after `startAt`.
 */
export function createShelf(startAt = 0) {
  const partitions = new Map<
    string,
    { readonly entries: Map<string, Kept>; sorted: readonly string[] | undefined }
  >();
  let sequence = startAt;

  const partitionOf = (name: string) => {
    const known = partitions.get(name);
    if (known) return known;
    const made = { entries: new Map<string, Kept>(), sorted: undefined };
    partitions.set(name, made);
    return made;
  };
  const find = (partition: string, key: string) => partitions.get(partition)?.entries.get(key);
  const holds = (kept: Kept | undefined, when: Condition): boolean => {
    if (when === 'any') return true;
    if (when === 'absent') return kept === undefined;
    return kept !== undefined && String(kept.sequence) === when.version;
  };

  /** Takes a write as it is, for a journal that is read back. */
  const replay = (write: ShelfWrite): void => {
    const { entries } = partitionOf(write.partition);
    const known = entries.has(write.key);
    if (write.json === undefined) entries.delete(write.key);
    else entries.set(write.key, { json: write.json, sequence: write.sequence });
    if (known !== (write.json !== undefined)) partitionOf(write.partition).sorted = undefined;
    sequence = Math.max(sequence, write.sequence);
  };

  return {
    replay,
    get: (partition: string, key: string): Entry | undefined => {
      const kept = find(partition, key);
      return kept && { key, value: JSON.parse(kept.json), version: String(kept.sequence) };
    },
    put: (partition: string, key: string, json: string, when: Condition): ShelfWrite | 'conflict' => {
      if (!holds(find(partition, key), when)) return 'conflict';
      const write = { partition, key, sequence: sequence + 1, json };
      replay(write);
      return write;
    },
    delete: (partition: string, key: string, when: Condition): ShelfWrite | 'absent' | 'conflict' => {
      const kept = find(partition, key);
      if (!kept) return 'absent';
      if (!holds(kept, when)) return 'conflict';
      const write = { partition, key, sequence: sequence + 1 };
      replay(write);
      return write;
    },
    /** Keys of a range, in order, as they stand now. */
    keys: (partition: string, { from, before, limit }: KeyRange): readonly string[] => {
      const known = partitions.get(partition);
      if (!known) return [];
      known.sorted ??= [...known.entries.keys()].sort();
      const start = from === undefined ? 0 : firstAt(known.sorted, from);
      const end = before === undefined ? known.sorted.length : firstAt(known.sorted, before);
      return known.sorted.slice(start, Math.min(end, start + (limit ?? Number.POSITIVE_INFINITY)));
    },
    sequence: () => sequence,
    size: () => [...partitions.values()].reduce((sum, { entries }) => sum + entries.size, 0),
    /** Everything as writes, oldest version first. */
    writes: (): readonly ShelfWrite[] =>
      [...partitions]
        .flatMap(([partition, { entries }]) =>
          [...entries].map(([key, kept]) => ({ partition, key, ...kept })),
        )
        .sort((one, other) => one.sequence - other.sequence),
  };
}

export type Shelf = ReturnType<typeof createShelf>;

/** Index of the first key that is not before `key`. */
function firstAt(sorted: readonly string[], key: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Reads a listing entry by entry; what was deleted meanwhile is left out. */
export async function* listShelf(shelf: Shelf, partition: string, range: KeyRange): AsyncIterable<Entry> {
  for (const key of shelf.keys(partition, range)) {
    const entry = shelf.get(partition, key);
    if (entry) yield entry;
  }
}
