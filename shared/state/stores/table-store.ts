import { odata, RestError, type TableClient, type TableEntityResult } from '@azure/data-tables';
import type { Condition, Entry, KeyRange, PutResult, StateStore } from '../store.ts';
import { checkedJson, checkKey } from './limits.ts';
import { connectTable, type TableConnection } from './table-connection.ts';
import { tableKey, textOfKey } from './table-key.ts';
import { storedValue, valueProperties } from './table-value.ts';

/**
 * A store in Azure Table storage (or Azurite). The table is made on first use, which the role
 * Storage Table Data Contributor allows. The ETag is the version.
 *
 * A write whose answer got lost is sent again by the client; its own first try may then make it a
 * `conflict`. Callers read again after one, so that is safe.
 */
export function tableStore(connection: TableConnection): StateStore {
  const client = connectTable(connection);
  let made: Promise<void> | undefined;
  const table = async (): Promise<TableClient> => {
    made ??= client.createTable().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    await made;
    return client;
  };

  return {
    async get(partition, key) {
      const entities = await table();
      const entity = await unlessStatus([404], () => entities.getEntity(tableKey(partition), tableKey(key)));
      return entity && entryOf(entity);
    },
    async put(partition, key, value, when) {
      checkKey(partition);
      checkKey(key);
      const json = checkedJson(partition, key, value);
      const entity = { partitionKey: tableKey(partition), rowKey: tableKey(key), ...valueProperties(json) };
      return putEntity(await table(), entity, when);
    },
    async delete(partition, key, when = 'any') {
      const entities = await table();
      const etag = when === 'any' ? '*' : when.version;
      const result = await unlessStatus([404, 412], () =>
        entities.deleteEntity(tableKey(partition), tableKey(key), { etag }).then(() => 'deleted' as const),
      );
      if (result) return result;
      const left = await unlessStatus([404], () => entities.getEntity(tableKey(partition), tableKey(key)));
      return left ? 'conflict' : 'deleted';
    },
    async *list(partition, range = {}) {
      const { limit = Number.POSITIVE_INFINITY } = range;
      if (limit <= 0) return;
      let count = 0;
      const entities = (await table()).listEntities({ queryOptions: { filter: filterOf(partition, range) } });
      for await (const entity of entities) {
        yield entryOf(entity);
        count += 1;
        if (count >= limit) return;
      }
    },
    async close() {},
  };
}

type Entity = { readonly partitionKey: string; readonly rowKey: string };

async function putEntity(table: TableClient, entity: Entity, when: Condition): Promise<PutResult> {
  const stored = await unlessStatus([409, 412, ...(when === 'any' ? [] : [404])], () => {
    if (when === 'absent') return table.createEntity(entity);
    if (when === 'any') return table.upsertEntity(entity, 'Replace');
    return table.updateEntity(entity, 'Replace', { etag: when.version });
  });
  if (!stored) return { result: 'conflict' };
  if (stored.etag !== undefined) return { result: 'stored', version: stored.etag };
  throw new Error(`Azure Table storage gave no ETag for ${entity.partitionKey} ${entity.rowKey}.`);
}

/** Runs a call; answers undefined where it fails with one of these statuses. */
async function unlessStatus<T>(statuses: readonly number[], call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof RestError && error.statusCode !== undefined && statuses.includes(error.statusCode)) {
      return undefined;
    }
    throw error;
  }
}

const entryOf = (entity: TableEntityResult<Record<string, unknown>>): Entry => ({
  key: textOfKey(entity.rowKey ?? ''),
  value: storedValue(entity),
  version: entity.etag,
});

function filterOf(partition: string, { from, before }: KeyRange): string {
  const clauses = [odata`PartitionKey eq ${tableKey(partition)}`];
  if (from !== undefined) clauses.push(odata`RowKey ge ${tableKey(from)}`);
  if (before !== undefined) clauses.push(odata`RowKey lt ${tableKey(before)}`);
  return clauses.join(' and ');
}
