import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileStore, memoryStore, type StateStore, tableStore } from '../../../../shared/state/index.ts';
import { startAzurite } from './azurite.ts';

/** A kind of store that tests can open as often as they like; each is empty. */
export type StoreKind = {
  readonly name: string;
  readonly start: () => Promise<{ open(): Promise<StateStore>; stop(): Promise<void> }>;
};

export const storeKinds: readonly StoreKind[] = [
  {
    name: 'in memory',
    start: async () => ({ open: async () => memoryStore(), stop: async () => {} }),
  },
  {
    name: 'in a file',
    start: async () => {
      const folder = mkdtempSync(join(tmpdir(), 'state-'));
      let count = 0;
      return {
        open: () => fileStore(join(folder, `state-${count++}.jsonl`)),
        stop: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  },
  {
    name: 'in Azure Table storage',
    start: async () => {
      const azurite = await startAzurite();
      let count = 0;
      return {
        open: async () =>
          tableStore({ connectionString: azurite.connectionString, table: `table${count++}` }),
        stop: azurite.stop,
      };
    },
  },
];
