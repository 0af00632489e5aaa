import { notAllowed, queueFull } from '../bus-error.ts';
import { deliver } from './delivery.ts';
import { append } from './hold.ts';
import type { ArrivingMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** Sequence number in the answer for a message that was dropped as a duplicate. */
const dropped = 0;

/**
 * Puts messages on the queue, in their order; duplicates are dropped without a word, as in Azure.
 *
 * @returns the sequence number of each
 * @throws BusError when `checkAdmission` refuses them; then none is on the queue
 */
export function enqueue(queue: Queue, arriving: readonly ArrivingMessage[]): readonly number[] {
  checkAdmission(queue, arriving);
  const sequences = arriving.map((message) =>
    isDuplicate(queue, message) ? dropped : append(queue, message, { deliveryCount: 0 }).sequence,
  );
  for (const sessionId of new Set(arriving.map((message) => message.sessionId))) deliver(queue, sessionId);
  return sequences;
}

/** Refuses messages that the queue may not take: without a session where one is required, or more than it has room for. */
export function checkAdmission(queue: Queue, arriving: readonly ArrivingMessage[]): void {
  const { name, requiresSession, maxQueueSize } = queue.settings;
  if (requiresSession && arriving.some((message) => message.sessionId === undefined)) {
    throw notAllowed(
      `The SessionId was not set on a message, and it cannot be sent to '${name}', which has sessions. Set sessionId on every message.`,
    );
  }
  const bytes = arriving.reduce((sum, message) => sum + message.bare.length, 0);
  if (queue.bytes + bytes > maxQueueSize) throw queueFull(name, maxQueueSize);
}

function isDuplicate(queue: Queue, message: ArrivingMessage): boolean {
  const { duplicateWindow, name } = queue.settings;
  if (duplicateWindow === undefined) return false;
  const now = queue.surroundings.now();
  if (queue.duplicates.has(message.messageId, now)) return true;
  queue.duplicates.remember(message.messageId, now + duplicateWindow);
  queue.surroundings.log.remember(name, message.messageId, now + duplicateWindow);
  return false;
}
