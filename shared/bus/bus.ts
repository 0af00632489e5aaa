import { DefaultAzureCredential } from '@azure/identity';
import {
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusMessage,
  type ServiceBusSender,
} from '@azure/service-bus';
import { encode } from './codec.ts';
import { type BodyOf, messages, type QueueName } from './messages.ts';

/** Where the Service Bus is: a connection string (local broker), or a namespace with an Entra identity. */
export type BusConnection =
  | { readonly connectionString: string }
  | { readonly fullyQualifiedNamespace: string; readonly clientId?: string };

/** One message to send. `id` is kept as the message id, so that a repeated send is recognised. */
export type Outgoing<Q extends QueueName> = { readonly body: BodyOf<Q>; readonly id?: string };

export type SendOptions = {
  /** Deliver not before this time. */
  readonly notBefore?: Date;
  /** W3C trace context to travel with the messages. */
  readonly traceparent?: string | undefined;
};

/** What the rest of the code needs of Service Bus: durable sending. A resolved promise means stored. */
export type Bus = {
  send<Q extends QueueName>(queue: Q, outgoing: readonly Outgoing<Q>[], options?: SendOptions): Promise<void>;
  close(): Promise<void>;
};

/** How to get there, where AMQP (port 5671) is closed: see web-sockets.ts. */
export type BusTransport = Pick<ServiceBusClientOptions, 'webSocketOptions'>;

/** The Service Bus client for a connection. Identity-based connections use DefaultAzureCredential. */
export function connect(connection: BusConnection, transport: BusTransport = {}): ServiceBusClient {
  const retryOptions = { maxRetries: 4, retryDelayInMs: 500, maxRetryDelayInMs: 4000, timeoutInMs: 10_000 };
  const options = { retryOptions, ...transport };
  if ('connectionString' in connection) return new ServiceBusClient(connection.connectionString, options);
  const credential = new DefaultAzureCredential(
    connection.clientId ? { managedIdentityClientId: connection.clientId } : {},
  );
  return new ServiceBusClient(connection.fullyQualifiedNamespace, credential, options);
}

/** A bus over one client. Senders are opened once per queue and kept: opening a link costs several round trips. */
export function createBus(client: ServiceBusClient): Bus {
  const senders = new Map<QueueName, ServiceBusSender>();
  const sender = (queue: QueueName): ServiceBusSender => {
    const known = senders.get(queue);
    if (known) return known;
    const opened = client.createSender(queue);
    senders.set(queue, opened);
    return opened;
  };
  return {
    async send(queue, outgoing, options = {}) {
      if (outgoing.length === 0) return;
      const all = outgoing.map((one) => toMessage(queue, one, options.traceparent));
      const to = sender(queue);
      if (options.notBefore) await to.scheduleMessages(all, options.notBefore);
      else await sendInBatches(to, all);
    },
    close: () => client.close(),
  };
}

function toMessage<Q extends QueueName>(
  queue: Q,
  one: Outgoing<Q>,
  traceparent: string | undefined,
): ServiceBusMessage {
  const session = (messages[queue].session as (body: BodyOf<Q>) => string | undefined)(one.body);
  return {
    body: Buffer.from(encode(queue, one.body, traceparent)),
    contentType: 'application/json',
    ...(session !== undefined && { sessionId: session }),
    ...(one.id !== undefined && { messageId: one.id }),
    // The name under which @azure/service-bus itself propagates the W3C traceparent.
    ...(traceparent && { applicationProperties: { 'Diagnostic-Id': traceparent } }),
  };
}

/** A batch holds at most one link's message size, and is stored as a whole; several batches are not. */
async function sendInBatches(sender: ServiceBusSender, all: readonly ServiceBusMessage[]): Promise<void> {
  const [only] = all;
  if (all.length === 1 && only) return sender.sendMessages(only);
  let batch = await sender.createMessageBatch();
  for (const message of all) {
    if (batch.tryAddMessage(message)) continue;
    if (batch.count > 0) await sender.sendMessages(batch);
    batch = await sender.createMessageBatch();
    if (!batch.tryAddMessage(message)) await sender.sendMessages(message);
  }
  if (batch.count > 0) await sender.sendMessages(batch);
}
