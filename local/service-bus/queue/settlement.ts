import { messageLockLost, sessionLockLost } from '../bus-error.ts';
import { edited, moveToDeadLetters, type Properties } from './dead-letter.ts';
import { deliver } from './delivery.ts';
import { giveBack } from './give-back.ts';
import { discard, keep } from './hold.ts';
import { type Lock, lockedUntil } from './locks.ts';
import type { StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** What a receiver decides on a message that it has locked. */
export type Settlement =
  | { readonly kind: 'complete' }
  | { readonly kind: 'abandon'; readonly properties: Properties }
  | { readonly kind: 'defer'; readonly properties: Properties }
  | { readonly kind: 'deadLetter'; readonly properties: Properties };

/**
 * Settles the message that the lock token stands for.
 *
 * @throws BusError when the lock is not, or no longer, valid
 */
export function settle(queue: Queue, token: string, settlement: Settlement): void {
  const { lock, message } = locked(queue, token);
  if (settlement.kind === 'complete') discard(queue, message);
  else if (settlement.kind === 'abandon') giveBack(queue, lock, true, settlement.properties);
  else if (settlement.kind === 'defer') defer(queue, message, settlement.properties);
  else moveToDeadLetters(queue, message, settlement.properties);
  deliver(queue, message.sessionId);
}

/** Prolongs the lock on a message from now on; answers with its new end in milliseconds since the epoch. */
export function renewLock(queue: Queue, token: string): number {
  const { lock } = locked(queue, token);
  const renewed = { ...lock, until: queue.surroundings.now() + queue.settings.lockDuration };
  queue.locks.add(renewed);
  return lockedUntil(renewed);
}

function defer(queue: Queue, message: StoredMessage, properties: Properties): void {
  queue.locks.remove(message.sequence);
  keep(queue, {
    ...edited(message, properties),
    state: 'deferred',
    deliveryCount: message.deliveryCount + 1,
  });
}

function locked(queue: Queue, token: string): { readonly lock: Lock; readonly message: StoredMessage } {
  const lock = queue.locks.find(token);
  const message = lock === undefined ? undefined : queue.messages.get(lock.sequence);
  if (lock === undefined || message === undefined) throw messageLockLost();
  if (lockedUntil(lock) <= queue.surroundings.now()) {
    throw lock.session === undefined ? messageLockLost() : sessionLockLost(lock.session.id);
  }
  return { lock, message };
}
