import { edited, moveExhausted, type Properties } from './dead-letter.ts';
import { keep } from './hold.ts';
import type { Lock } from './locks.ts';
import type { Queue } from './queue.ts';

/**
 * Puts a locked message back to its old place on the queue, or with the dead letters once it was delivered too often.
 *
 * @param counted whether this was a delivery: closing a session is not one (Microsoft, "Message sessions": impact of delivery count)
 */
export function giveBack(queue: Queue, lock: Lock, counted: boolean, properties: Properties = {}): void {
  const message = queue.messages.get(lock.sequence);
  queue.locks.remove(lock.sequence);
  if (message === undefined) return;
  const returned = {
    ...edited(message, properties),
    deliveryCount: message.deliveryCount + (counted ? 1 : 0),
  };
  if (counted && returned.deliveryCount >= queue.settings.maxDeliveryCount) moveExhausted(queue, returned);
  else keep(queue, returned);
}
