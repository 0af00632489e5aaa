import type { TokenCredential } from '@azure/identity';
import { ServiceBusClient, type ServiceBusClientOptions } from '@azure/service-bus';
import type { Environment } from '../settings/app-settings.ts';

// The client's own pause of 30 s after an error is meant for Azure; a broker on this machine is back within a second.
const OPTIONS: ServiceBusClientOptions = { retryOptions: { timeoutInMs: 60_000, retryDelayInMs: 500 } };

/** One client, hence one connection to the broker, per `connection` setting. */
export type ServiceBusClients = {
  client(connection: string): Promise<ServiceBusClient>;
  close(): Promise<void>;
};

export function createServiceBusClients(environment: Environment): ServiceBusClients {
  const clients = new Map<string, Promise<ServiceBusClient>>();
  return {
    client(connection) {
      const existing = clients.get(connection);
      if (existing !== undefined) return existing;
      const created = connect(connection, environment);
      clients.set(connection, created);
      return created;
    },
    async close() {
      const opened = await Promise.allSettled(clients.values());
      await Promise.all(
        opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
      );
    },
  };
}

/**
 * The client for an app setting `X`, by the rules of the real host: a connection string in `X` (or `AzureWebJobsX`), else an
 * identity-based connection to `X__fullyQualifiedNamespace`, with `X__credential` and `X__clientId`.
 * https://learn.microsoft.com/azure/azure-functions/functions-reference#configure-an-identity-based-connection
 */
async function connect(connection: string, environment: Environment): Promise<ServiceBusClient> {
  const setting = (suffix: string): string | undefined =>
    environment[`AzureWebJobs${connection}${suffix}`] || environment[`${connection}${suffix}`] || undefined;

  const connectionString = setting('');
  if (connectionString !== undefined) return new ServiceBusClient(connectionString, OPTIONS);
  const namespace = setting('__fullyQualifiedNamespace');
  if (namespace === undefined) {
    throw new Error(
      `The Service Bus connection "${connection}" is not set. Set ${connection} (a connection string) or ${connection}__fullyQualifiedNamespace (an identity-based connection).`,
    );
  }
  const credential = await createCredential(setting('__credential'), setting('__clientId'));
  return new ServiceBusClient(namespace, credential, OPTIONS);
}

/** `@azure/identity` is loaded only by apps that need it: it is slow to load. */
async function createCredential(
  kind: string | undefined,
  clientId: string | undefined,
): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  if (kind?.toLowerCase() !== 'managedidentity') {
    return new DefaultAzureCredential(clientId === undefined ? {} : { managedIdentityClientId: clientId });
  }
  return clientId === undefined
    ? new ManagedIdentityCredential()
    : new ManagedIdentityCredential({ clientId });
}
