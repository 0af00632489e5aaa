import type { StateStore } from '../../../shared/state/index.ts';

/** A store that dies at its n-th write, before or after the write is done, once. */
export function crashing(store: StateStore, at: number, when: 'before' | 'after'): StateStore {
  let writes = 0;
  const writing = async <T>(write: () => Promise<T>): Promise<T> => {
    const dies = ++writes === at;
    if (dies && when === 'before') throw new Error('crash');
    const done = await write();
    if (dies) throw new Error('crash');
    return done;
  };
  return {
    ...store,
    put: (...of) => writing(() => store.put(...of)),
    delete: (...of) => writing(() => store.delete(...of)),
  };
}
