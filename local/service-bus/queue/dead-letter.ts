import { withApplicationProperties } from '../amqp/sections.ts';
import { append, discard } from './hold.ts';
import type { StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** Application properties to add to a message; null and undefined leave one as it is. */
export type Properties = Readonly<Record<string, unknown>>;

/** Moves a message to the dead-letter queue with the reason among its properties. On a dead-letter queue it is lost. */
export function moveToDeadLetters(queue: Queue, message: StoredMessage, properties: Properties): void {
  discard(queue, message);
  if (queue.deadLetters === undefined) return;
  const { bare, messageId, sessionId, partitionKey, deliveryCount } = edited(message, properties);
  append(
    queue.deadLetters,
    { bare, messageId, sessionId, partitionKey },
    { deliveryCount, deadLetterSource: queue.settings.name },
  );
}

/** Removes a message whose time has come. */
export function expire(queue: Queue, message: StoredMessage): void {
  if (queue.settings.deadLetterOnExpiration) {
    moveToDeadLetters(queue, message, {
      DeadLetterReason: 'TTLExpiredException',
      DeadLetterErrorDescription: 'The message expired and was dead lettered.',
    });
  } else {
    discard(queue, message);
  }
}

/** Removes a message that was delivered too often. */
export function moveExhausted(queue: Queue, message: StoredMessage): void {
  moveToDeadLetters(queue, message, {
    DeadLetterReason: 'MaxDeliveryCountExceeded',
    DeadLetterErrorDescription: `Message could not be consumed after ${queue.settings.maxDeliveryCount} delivery attempts.`,
  });
}

/** The message with these application properties added. */
export function edited(message: StoredMessage, properties: Properties): StoredMessage {
  const added = Object.entries(properties).filter(([, value]) => value !== undefined && value !== null);
  if (added.length === 0) return message;
  return { ...message, bare: withApplicationProperties(message.bare, Object.fromEntries(added)) };
}
