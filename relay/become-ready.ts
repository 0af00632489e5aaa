import type { ServiceBusClient } from '@azure/service-bus';
import type { QueueWatch } from './session/queue-watch.ts';
import type { Desk } from './session/turn.ts';
import type { RelaySettings } from './settings/settings.ts';

/**
 * Waits until AD and Service Bus have both answered, and says so: `relay.ready` with what this relay
 * may do, for people who read the log.
 */
export async function becomeReady(
  settings: RelaySettings,
  { services, log }: Desk,
  client: ServiceBusClient,
  watch: QueueWatch,
  healthPort: number,
): Promise<void> {
  await Promise.all([services.availability.whenUp(), reachQueue(client, watch, services.signal)]);
  if (services.signal.aborted) return;
  const facts = await services.directory.facts();
  log('relay.ready', {
    name: settings.name,
    version: services.relay.version,
    mode: settings.mode,
    domain: facts.dnsDomain,
    containers: settings.containers,
    classes: settings.classes,
    healthPort,
  });
}

/** Opens a link, which is the cheapest proof that the namespace is there and lets us in. */
async function reachQueue(client: ServiceBusClient, watch: QueueWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const sender = client.createSender('outcomes');
    try {
      await sender.createMessageBatch({ abortSignal: signal });
      watch.works();
      return;
    } catch (error) {
      if (!signal.aborted) await watch.failed(error);
    } finally {
      await sender.close().catch(() => undefined);
    }
  }
}
