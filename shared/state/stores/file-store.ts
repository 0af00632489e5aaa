import { resolve } from 'node:path';
import type { StateStore } from '../store.ts';
import { readJournal } from './journal.ts';
import { createJournalWriter } from './journal-writer.ts';
import { checkedJson, checkKey } from './limits.ts';
import { createShelf, listShelf } from './shelf.ts';

/**
 * A store in one file, for one process at a time. Every write is on disk when its promise resolves,
 * and all of these are there after a crash.
 *
 * @throws StateError STATE_FILE_BROKEN where the file is damaged before its last line.
 */
export async function fileStore(path: string): Promise<StateStore> {
  const where = resolve(path);
  const read = await readJournal(where);
  const shelf = createShelf(read.sequence);
  for (const write of read.writes) shelf.replay(write);
  const journal = await createJournalWriter(where, { length: read.length, lines: read.writes.length }, shelf);

  return {
    async get(partition, key) {
      return shelf.get(partition, key);
    },
    async put(partition, key, value, when) {
      checkKey(partition);
      checkKey(key);
      journal.check();
      const write = shelf.put(partition, key, checkedJson(partition, key, value), when);
      if (write === 'conflict') return { result: 'conflict' };
      await journal.append(write);
      return { result: 'stored', version: String(write.sequence) };
    },
    async delete(partition, key, when = 'any') {
      journal.check();
      const write = shelf.delete(partition, key, when);
      if (write === 'conflict') return 'conflict';
      if (write !== 'absent') await journal.append(write);
      return 'deleted';
    },
    list: (partition, range = {}) => listShelf(shelf, partition, range),
    close: () => journal.close(),
  };
}
