import type { ServiceBusClient } from '@azure/service-bus';
import type { Directory } from './directory/directory.ts';
import type { Log } from './log.ts';

/**
 * Looks once whether AD and Service Bus answer; writes nothing. Answers whether both do. What is
 * wrong is in the log with its remedy.
 */
export async function checkOnce(directory: Directory, client: ServiceBusClient, log: Log): Promise<boolean> {
  const results = await Promise.all([
    attempt('check.directory', log, async () => {
      const { dnsDomain, schemaVersion, exchangePrepared, recycleBin, vendor } = await directory.facts();
      return { dnsDomain, schemaVersion, exchangePrepared, recycleBin, vendor };
    }),
    attempt('check.serviceBus', log, async () => {
      const sender = client.createSender('outcomes');
      await sender.createMessageBatch();
      await sender.close();
      return { namespace: client.fullyQualifiedNamespace };
    }),
  ]);
  return results.every((worked) => worked);
}

async function attempt(
  event: string,
  log: Log,
  work: () => Promise<Readonly<Record<string, unknown>>>,
): Promise<boolean> {
  try {
    log(event, { works: true, ...(await work()) });
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    log(event, { works: false, message }, 'error');
    return false;
  }
}
