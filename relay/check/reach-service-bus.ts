import { busClient } from '../session/bus-client.ts';
import type { RelaySettings } from '../settings/settings.ts';

/**
 * Opens the links that the relay needs, one to read intents and one to send outcomes, and answers the name of the namespace.
 * Looks at a message at most; takes none and sends none.
 *
 * @throws where the namespace is not reached, or does not let the relay do either
 */
export async function reachServiceBus(settings: RelaySettings): Promise<string> {
  const client = await busClient(settings);
  try {
    const sender = client.createSender('outcomes');
    const receiver = client.createReceiver('intents');
    await Promise.all([sender.createMessageBatch(), receiver.peekMessages(1)]);
    return client.fullyQualifiedNamespace;
  } finally {
    await client.close();
  }
}
