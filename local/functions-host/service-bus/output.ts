import type { ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import { z } from 'zod';
import type { Binding, TypedData } from '../core/protocol.ts';
import { type Environment, resolveExpressions } from '../settings/app-settings.ts';
import type { ServiceBusClients } from './clients.ts';

const outputSchema = z.object({
  connection: z.string().min(1),
  queueName: z.string().optional(),
  topicName: z.string().optional(),
});

/** Sends values of Service Bus output bindings. */
export type ServiceBusOutput = {
  /** An array becomes one message per element. Resolves when the broker has accepted them all. */
  send(binding: Binding, data: TypedData): Promise<void>;
};

/**
 * The output binding of the Node worker sends bodies only: no session id, message id, property or schedule can be given
 * (Azure/Azure-Functions#2262). A queue with sessions is therefore sent to with `@azure/service-bus` itself.
 */
export function createServiceBusOutput(
  clients: ServiceBusClients,
  environment: Environment,
): ServiceBusOutput {
  const senders = new Map<string, ServiceBusSender>();

  const senderFor = async (binding: Binding): Promise<ServiceBusSender> => {
    const { connection, queueName, topicName } = outputSchema.parse(binding);
    const entity = resolveExpressions(queueName ?? topicName ?? '', environment);
    const client = await clients.client(connection);
    const key = `${connection}/${entity}`;
    const sender = senders.get(key) ?? client.createSender(entity);
    senders.set(key, sender);
    return sender;
  };

  return {
    async send(binding, data) {
      const sender = await senderFor(binding);
      await sendInBatches(sender, toMessages(data));
    },
  };
}

function toMessages({ string, json, bytes, int, double }: TypedData): readonly ServiceBusMessage[] {
  if (bytes !== undefined) return [{ body: Buffer.from(bytes), contentType: 'application/octet-stream' }];
  const value: unknown = json === undefined ? (string ?? int ?? double) : JSON.parse(json);
  return Array.isArray(value) ? value.map(toMessage) : [toMessage(value)];
}

function toMessage(value: unknown): ServiceBusMessage {
  if (typeof value === 'string') return { body: Buffer.from(value), contentType: 'text/plain' };
  return { body: Buffer.from(JSON.stringify(value)), contentType: 'application/json' };
}

async function sendInBatches(
  sender: ServiceBusSender,
  messages: readonly ServiceBusMessage[],
): Promise<void> {
  let batch = await sender.createMessageBatch();
  for (const message of messages) {
    if (batch.tryAddMessage(message)) continue;
    if (batch.count > 0) await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    // Alone in a batch and still too large: the client's own error names the sizes.
    if (!batch.tryAddMessage(message)) await sender.sendMessages(message);
  }
  if (batch.count > 0) await sender.sendMessages(batch);
}
