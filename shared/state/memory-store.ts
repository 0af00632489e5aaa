import type { Entry, KeyRange, StateStore } from './store.ts';

/** State in a map: for tests, and for a local stack that starts anew each time. */
export function memoryStore(): StateStore {
  const partitions = new Map<string, Map<string, Entry>>();
  let version = 0;
  const partitionOf = (name: string): Map<string, Entry> => {
    const known = partitions.get(name);
    if (known) return known;
    const made = new Map<string, Entry>();
    partitions.set(name, made);
    return made;
  };
  return {
    get: async (partition, key) => partitionOf(partition).get(key),
    put: async (partition, key, value, when) => {
      const entries = partitionOf(partition);
      const known = entries.get(key);
      if (when === 'absent' && known) return { result: 'conflict' };
      if (typeof when === 'object' && known?.version !== when.version) return { result: 'conflict' };
      version += 1;
      // A copy, as any store that writes bytes would keep one.
      const entry = { key, value: structuredClone(value), version: String(version) };
      entries.set(key, entry);
      return { result: 'stored', version: entry.version };
    },
    delete: async (partition, key, when) => {
      const entries = partitionOf(partition);
      const known = entries.get(key);
      if (typeof when === 'object' && known?.version !== when.version) return 'conflict';
      entries.delete(key);
      return 'deleted';
    },
    list: (partition, range) => inOrder([...partitionOf(partition).values()], range),
    close: async () => {},
  };
}

/** The entries of a range in the order of their keys. */
export async function* inOrder(entries: readonly Entry[], range: KeyRange = {}): AsyncIterable<Entry> {
  const { from, before, limit = Number.POSITIVE_INFINITY } = range;
  const chosen = entries
    .filter(({ key }) => (from === undefined || key >= from) && (before === undefined || key < before))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
  yield* chosen.slice(0, limit);
}
