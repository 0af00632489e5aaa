import type { Consumer } from './consumer.ts';
import type { Lane } from './lane.ts';
import type { Lock } from './locks.ts';
import type { ArrivingMessage, StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** Puts an arriving message at the end of the queue. */
export function append(
  queue: Queue,
  arriving: ArrivingMessage,
  past: { readonly deliveryCount: number; readonly deadLetterSource?: string },
): StoredMessage {
  const now = queue.surroundings.now();
  const sequence = queue.lastSequence + 1;
  const scheduled = arriving.scheduledFor !== undefined && arriving.scheduledFor > now;
  const timeToLive = shorter(arriving.timeToLive, queue.settings.timeToLive);
  const message: StoredMessage = {
    ...arriving,
    ...past,
    timeToLive,
    sequence,
    enqueuedSequence: sequence,
    enqueuedAt: now,
    expiresAt: scheduled || timeToLive === undefined ? undefined : now + timeToLive,
    state: scheduled ? 'scheduled' : 'active',
  };
  keep(queue, message);
  return message;
}

/** Writes the message down under its sequence number and lines it up where its state says. */
export function keep(queue: Queue, message: StoredMessage): void {
  hold(queue, message);
  queue.surroundings.log.put(queue.settings.name, message);
}

/** Like `keep`, for a message that is written down already. */
export function hold(queue: Queue, message: StoredMessage): void {
  queue.bytes += message.bare.length - (queue.messages.get(message.sequence)?.bare.length ?? 0);
  queue.messages.set(message.sequence, message);
  queue.lastSequence = Math.max(queue.lastSequence, message.sequence);
  if (message.state === 'scheduled') queue.scheduled.add(message.sequence);
  else if (message.state === 'deferred') queue.deferred.add(message.sequence);
  else laneOf(queue, message).insert(message.sequence);
}

/** Takes the message off the queue for good. */
export function discard(queue: Queue, message: StoredMessage): void {
  const { sequence } = message;
  if (!queue.messages.delete(sequence)) return;
  queue.bytes -= message.bare.length;
  queue.scheduled.delete(sequence);
  queue.deferred.delete(sequence);
  queue.locks.remove(sequence);
  if (message.sessionId !== undefined) queue.sessions.forgetIfEmpty(message.sessionId);
  queue.surroundings.log.remove(queue.settings.name, sequence);
}

/** Locks the message for the consumer; without one, for a receiver that took it by its sequence number. */
export function lock(queue: Queue, message: StoredMessage, consumer: Consumer | undefined): Lock {
  const { now, newId } = queue.surroundings;
  const granted: Lock = {
    token: newId(),
    sequence: message.sequence,
    session: consumer?.session,
    until: now() + queue.settings.lockDuration,
  };
  queue.locks.add(granted);
  return granted;
}

function laneOf(queue: Queue, message: StoredMessage): Lane {
  return queue.settings.requiresSession && message.sessionId !== undefined
    ? queue.sessions.open(message.sessionId).ready
    : queue.ready;
}

function shorter(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.min(a, b);
}
