import { TableClient } from '@azure/data-tables';
import { DefaultAzureCredential, type TokenCredential } from '@azure/identity';

/** Where a table is, and who we are there: an Entra identity unless a connection string says otherwise. */
export type TableConnection =
  | { readonly url: string; readonly table: string; readonly credential?: TokenCredential }
  | { readonly connectionString: string; readonly table: string };

/** Plain HTTP is let through for connection strings only: they name an emulator on this machine. */
export function connectTable(connection: TableConnection): TableClient {
  if ('connectionString' in connection) {
    return TableClient.fromConnectionString(connection.connectionString, connection.table, {
      allowInsecureConnection: true,
    });
  }
  return new TableClient(
    connection.url,
    connection.table,
    connection.credential ?? new DefaultAzureCredential(),
  );
}
