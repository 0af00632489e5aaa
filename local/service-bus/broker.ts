import { randomUUID } from 'node:crypto';
import { createDirectory } from './entities/directory.ts';
import { type EntityFile, readEntities } from './entities/entity-file.ts';
import { createFaults } from './faults.ts';
import { noJournal, openJournal } from './journal/journal.ts';
import { restore } from './journal/restore.ts';
import { createContainer } from './links/container.ts';
import { createListener } from './listener.ts';
import { type PeekedMessage, peeked } from './peeked.ts';
import { countMessages, peekMessages, type QueueCounts } from './queue/browse.ts';
import { sweep } from './queue/sweep.ts';

/** How often locks, schedules and lifetimes are looked at, in milliseconds. */
const sweepInterval = 25;

export interface BrokerOptions {
  /** The entities: path of a file in the format of the emulator's `Config.json`, or its content. */
  readonly entities: string | EntityFile;
  /** Default: any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Keeps messages, session states and seen message ids over a restart. Default: they are lost. */
  readonly journalFile?: string;
  /** The clock, in milliseconds since the epoch. Default: `Date.now`. */
  readonly now?: () => number;
}

/** A running broker. Queues are named as in the entity file; `<queue>/$DeadLetterQueue` is a queue, too. */
export interface Broker {
  /** For an unmodified `@azure/service-bus` client. */
  readonly connectionString: string;
  readonly port: number;
  counts(queue: string): QueueCounts;
  /** All messages of a queue in their order, whatever their state. */
  peek(queue: string): readonly PeekedMessage[];
  /** Cuts every connection, as a failover does; clients may come back at once. */
  dropClients(): void;
  /** Refuses that many of the next sends with an AMQP condition; default: the service is busy. */
  refuseSends(times: number, condition?: string): void;
  /** Cuts every connection and stops listening: Service Bus is gone. Messages are kept. */
  pause(): Promise<void>;
  /** Listens again, on the same port. */
  resume(): Promise<void>;
  /** Ends the broker for good; the journal is complete when this returns. */
  stop(): Promise<void>;
}

/**
 * Starts a broker that speaks Azure Service Bus's AMQP dialect in plain text to unmodified clients on this machine.
 *
 * @throws Error when the entity file is wrong (naming the field), the journal is not readable, or the port is taken
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { now = Date.now, host = '127.0.0.1' } = options;
  const entities = readEntities(options.entities);
  const log = options.journalFile === undefined ? noJournal : await openJournal(options.journalFile, now());
  const directory = createDirectory(entities, { now, newId: randomUUID, log });
  for (const queue of directory.queues) restore(queue, log.past);

  const faults = createFaults();
  const container = createContainer({ directory, log, checkFault: faults.check });
  const listener = await createListener(container, host, options.port ?? 0);
  const sweeper = setInterval(() => directory.queues.forEach(sweep), sweepInterval);

  return {
    connectionString: `Endpoint=sb://${host}:${listener.port};SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;`,
    port: listener.port,
    counts: (name) => countMessages(directory.find(name)),
    peek: (name) => {
      const queue = directory.find(name);
      return peekMessages(queue, 0, Number.POSITIVE_INFINITY).map((message) => peeked(queue, message));
    },
    dropClients: listener.dropClients,
    refuseSends: (times, condition = 'com.microsoft:server-busy') => faults.refuse(times, condition),
    pause: listener.close,
    resume: listener.open,
    stop: async () => {
      clearInterval(sweeper);
      await listener.close();
      await log.close();
    },
  };
}
