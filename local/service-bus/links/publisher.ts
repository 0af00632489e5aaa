import { readTransfer } from '../amqp/received.ts';
import type { Delivery, Receiver } from '../amqp/rhea.ts';
import { accept, reject } from '../amqp/settle-delivery.ts';
import type { Directory } from '../entities/directory.ts';
import { checkAdmission, enqueue } from '../queue/enqueue.ts';
import type { MessageLog } from '../queue/queue.ts';
import { standardMessageSize } from '../queue/settings.ts';

/** What publishing needs of the broker. */
export interface PublisherSurroundings {
  readonly directory: Directory;
  readonly log: MessageLog;
  /** Throws when the test wants this send refused. */
  readonly checkFault: () => void;
}

/**
 * Serves a client's sender. A transfer is accepted when all its messages are on the queue, or on all subscriptions of
 * the topic, and will survive as well as the broker promises; or it is rejected and none is.
 *
 * @throws BusError when there is no such entity
 */
export function servePublisher(link: Receiver, entity: string, surroundings: PublisherSurroundings): void {
  const { directory, log, checkFault } = surroundings;
  const destinations = directory.destinations(entity);
  const limit = Math.min(standardMessageSize, ...destinations.map((queue) => queue.settings.maxMessageSize));
  link.local.attach.max_message_size = limit;
  link.on('message', ({ message, format, delivery }: Transfer) => {
    try {
      checkFault();
      const arriving = readTransfer(message, format, limit);
      for (const queue of destinations) checkAdmission(queue, arriving);
      for (const queue of destinations) enqueue(queue, arriving);
      log.flushed(() => accept(delivery, 'receiving'));
    } catch (error) {
      reject(delivery, 'receiving', error);
    }
  });
}

interface Transfer {
  readonly message: Buffer;
  readonly format: number | undefined;
  readonly delivery: Delivery;
}
