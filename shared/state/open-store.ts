import type { TokenCredential } from '@azure/identity';
import { StateError } from './state-error.ts';
import type { StateStore } from './store.ts';
import { fileStore } from './stores/file-store.ts';
import { memoryStore } from './stores/memory-store.ts';
import { tableStore } from './stores/table-store.ts';

export type OpenStoreOptions = {
  /** Table to use in Azure Table storage. */
  readonly table?: string;
  /** Who we are in Azure; DefaultAzureCredential unless told. */
  readonly credential?: TokenCredential;
};

const tablesUrl = /^https:\/\/[a-z0-9-]+\.table\.[a-z0-9.-]+\/?$/;
const connectionString = /(^|;)\s*(AccountName|TableEndpoint|UseDevelopmentStorage)\s*=/i;

/**
 * Opens the store that a setting names: `memory:`, `file:<path>`, the address of Azure Table storage,
 * or a storage connection string.
 *
 * @throws StateError STATE_LOCATION_INVALID, which does not repeat the location: it may hold a secret.
 */
export async function openStore(location: string, options: OpenStoreOptions = {}): Promise<StateStore> {
  const { table = 'entrawriteback', credential } = options;
  if (location === 'memory:') return memoryStore();
  if (location.startsWith('file:') && location.length > 'file:'.length) {
    return fileStore(location.slice('file:'.length));
  }
  if (tablesUrl.test(location)) {
    return tableStore({ url: location, table, ...(credential && { credential }) });
  }
  if (connectionString.test(location)) return tableStore({ connectionString: location, table });
  throw new StateError(
    'STATE_LOCATION_INVALID',
    'STATE_STORE names no store. Allowed: memory:, file:<path>, https://<account>.table.core.windows.net, or a storage connection string.',
  );
}
