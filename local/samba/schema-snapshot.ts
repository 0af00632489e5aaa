import { rm } from 'node:fs/promises';
import { ensureBaseSnapshot, type WindowsSchema } from './base-snapshot.ts';
import { withConnection } from './connection.ts';
import { startFromSnapshot } from './controller.ts';
import { domainOf } from './domain.ts';
import { addExchangeSchema } from './exchange-schema.ts';
import { ensureSnapshot } from './snapshots.ts';

/** The schema of a forest: that of a Windows Server version, or that of 2016 with the Exchange attributes. */
export type Schema = WindowsSchema | 'exchange';

/** The databases of a new domain with the given schema. Takes seconds the first time, nothing later. */
export async function ensureSchemaSnapshot(realm: string, schema: Schema, password: string): Promise<string> {
  if (schema !== 'exchange') return ensureBaseSnapshot(domainOf(realm), schema, password);
  const base = await ensureBaseSnapshot(domainOf(realm), '2016', password);
  return ensureSnapshot({ kind: 'exchange', base }, async (directory) => {
    const dc = await startFromSnapshot({ directory, realm, password, schemaUpdates: true }, base);
    try {
      await withConnection(dc, (client) => addExchangeSchema(client, dc.baseDn));
    } finally {
      await dc.stop();
    }
    await rm(dc.logFile);
  });
}
