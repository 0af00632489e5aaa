import {
  isServiceBusError,
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from '@azure/service-bus';
import { vi } from 'vitest';
import { type Broker, type BrokerOptions, startBroker } from '../../../local/service-bus/broker.ts';
import type { EntityFile } from '../../../local/service-bus/entities/entity-file.ts';

type Namespace = EntityFile['UserConfig']['Namespaces'][number];
type QueueProperties = NonNullable<NonNullable<Namespace['Queues']>[number]['Properties']>;

/** A broker on a clock that tests can turn, and an unmodified client. */
export interface World {
  readonly broker: Broker;
  readonly client: ServiceBusClient;
  /** The broker's time, in milliseconds since the epoch. */
  now(): number;
  /** Lets the broker believe that this many milliseconds have gone by. */
  advance(milliseconds: number): void;
  close(): Promise<void>;
}

export type Queues = Readonly<Record<string, QueueProperties>>;

export function entitiesOf(queues: Queues, topics: NonNullable<Namespace['Topics']> = []): EntityFile {
  const Queues = Object.entries(queues).map(([Name, Properties]) => ({ Name, Properties }));
  return { UserConfig: { Namespaces: [{ Name: 'test', Queues, Topics: topics }] } };
}

/** Retries soon and not often, so that a failure shows quickly. */
export const impatient: ServiceBusClientOptions = {
  retryOptions: { maxRetries: 1, retryDelayInMs: 50, timeoutInMs: 10_000 },
};

export async function openWorld(
  queues: Queues,
  options: Partial<BrokerOptions> = {},
  clientOptions: ServiceBusClientOptions = impatient,
): Promise<World> {
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const broker = await startBroker({
    entities: entitiesOf(queues),
    now,
    ...options,
  });
  const client = new ServiceBusClient(broker.connectionString, clientOptions);
  return {
    broker,
    client,
    now,
    advance: (milliseconds) => {
      ahead += milliseconds;
    },
    close: async () => {
      await client.close();
      await broker.stop();
    },
  };
}

/** The next message, which must be there or come soon. */
export async function one(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
  if (message === undefined) throw new Error(`No message came from ${receiver.entityPath}.`);
  return message;
}

/** So many messages, however the client cuts them into batches. */
export async function several(
  receiver: ServiceBusReceiver,
  count: number,
): Promise<ServiceBusReceivedMessage[]> {
  const messages: ServiceBusReceivedMessage[] = [];
  while (messages.length < count) {
    const batch = await receiver.receiveMessages(count - messages.length, { maxWaitTimeInMs: 5_000 });
    if (batch.length === 0) throw new Error(`Only ${messages.length} of ${count} messages came.`);
    messages.push(...batch);
  }
  return messages;
}

/** The Service Bus error code with which something fails. */
export async function failureOf(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
  } catch (error) {
    return isServiceBusError(error) ? error.code : String(error);
  }
  return 'no failure';
}

/** Waits until an expectation holds. */
export const eventually = (expectation: () => void): Promise<void> =>
  vi.waitFor(expectation, { timeout: 15_000, interval: 10 });
