import { messageNotFound } from '../bus-error.ts';
import { discard, lock } from './hold.ts';
import type { Lock } from './locks.ts';
import type { StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';
import { ownedSession } from './session-locks.ts';

/** A deferred message that somebody took, with the lock under which it must be settled. */
export interface TakenMessage {
  readonly message: StoredMessage;
  /** Undefined when the message was deleted on receive. */
  readonly lock: Lock | undefined;
}

/**
 * Takes deferred messages by their sequence numbers, all or none.
 *
 * @param sessionId the session that the receiver owns, on a queue with sessions
 * @throws BusError when one of them is not deferred, is locked, or belongs to another session
 */
export function takeDeferred(
  queue: Queue,
  sequences: readonly number[],
  sessionId: string | undefined,
  deleteOnReceive: boolean,
): readonly TakenMessage[] {
  const owner = sessionId === undefined ? undefined : ownedSession(queue, sessionId).owner;
  const found = sequences.map((sequence) => {
    const message = queue.deferred.has(sequence) ? queue.messages.get(sequence) : undefined;
    if (message === undefined || queue.locks.of(sequence) !== undefined) throw messageNotFound(sequence);
    if (sessionId !== undefined && message.sessionId !== sessionId) throw messageNotFound(sequence);
    return message;
  });
  return found.map((message) => {
    if (!deleteOnReceive) return { message, lock: lock(queue, message, owner) };
    discard(queue, message);
    return { message, lock: undefined };
  });
}

/**
 * Removes scheduled messages, all or none.
 *
 * @throws BusError when one of them is not scheduled (any more)
 */
export function cancelScheduled(queue: Queue, sequences: readonly number[]): void {
  const found = sequences.map((sequence) => {
    const message = queue.scheduled.has(sequence) ? queue.messages.get(sequence) : undefined;
    if (message === undefined) throw messageNotFound(sequence);
    return message;
  });
  for (const message of found) discard(queue, message);
}
