import type { StateStore } from '../store.ts';
import { checkedJson, checkKey } from './limits.ts';
import { createShelf, listShelf } from './shelf.ts';

/** A store that forgets everything with the process: for tests and a first look. */
export function memoryStore(): StateStore {
  const shelf = createShelf();
  return {
    async get(partition, key) {
      return shelf.get(partition, key);
    },
    async put(partition, key, value, when) {
      checkKey(partition);
      checkKey(key);
      const write = shelf.put(partition, key, checkedJson(partition, key, value), when);
      return write === 'conflict'
        ? { result: 'conflict' }
        : { result: 'stored', version: String(write.sequence) };
    },
    async delete(partition, key, when = 'any') {
      return shelf.delete(partition, key, when) === 'conflict' ? 'conflict' : 'deleted';
    },
    list: (partition, range = {}) => listShelf(shelf, partition, range),
    async close() {},
  };
}
