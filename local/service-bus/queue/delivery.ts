import type { Consumer } from './consumer.ts';
import { expire } from './dead-letter.ts';
import { discard, lock } from './hold.ts';
import type { Lane } from './lane.ts';
import type { StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';
import { offerSessions, releaseSession } from './session-locks.ts';
import type { Session } from './sessions.ts';

/**
 * Sends what can be sent after a change: to the owner of the session concerned, or to the consumers in turn, and the
 * same for the dead letters, to which the change may have added some.
 */
export function deliver(queue: Queue, sessionId?: string): void {
  if (queue.settings.requiresSession) {
    const session = sessionId === undefined ? undefined : queue.sessions.find(sessionId);
    if (session?.owner !== undefined) deliverSession(queue, session, session.owner);
    else offerSessions(queue);
  } else {
    deliverInTurn(queue);
  }
  if (queue.deadLetters !== undefined) deliver(queue.deadLetters);
}

/** The receiver takes messages from the queue from now on. */
export function attach(queue: Queue, consumer: Consumer): void {
  queue.consumers.push(consumer);
}

/** The receiver is gone: its session is free again; its other locks last until they run out, as in Azure. */
export function detach(queue: Queue, consumer: Consumer): void {
  const index = queue.consumers.indexOf(consumer);
  if (index >= 0) queue.consumers.splice(index, 1);
  const waiting = queue.waiting.findIndex((receiver) => receiver.consumer === consumer);
  if (waiting >= 0) queue.waiting.splice(waiting, 1);
  if (consumer.session !== undefined) releaseSession(queue, consumer.session, false);
  deliver(queue);
}

function deliverInTurn(queue: Queue): void {
  for (;;) {
    const consumer = nextWithCredit(queue);
    if (consumer === undefined) return;
    const message = takeUnexpired(queue, queue.ready);
    if (message === undefined) return;
    handOver(queue, consumer, message);
  }
}

function deliverSession(queue: Queue, session: Session, owner: Consumer): void {
  while (owner.credit() > 0) {
    const message = takeUnexpired(queue, session.ready);
    if (message === undefined) return;
    handOver(queue, owner, message);
  }
}

function nextWithCredit(queue: Queue): Consumer | undefined {
  const { consumers } = queue;
  for (let step = 1; step <= consumers.length; step += 1) {
    const index = (queue.turn + step) % consumers.length;
    const consumer = consumers[index];
    if (consumer === undefined || consumer.credit() <= 0) continue;
    queue.turn = index;
    return consumer;
  }
  return undefined;
}

function takeUnexpired(queue: Queue, lane: Lane): StoredMessage | undefined {
  for (;;) {
    const sequence = lane.shift();
    if (sequence === undefined) return undefined;
    const message = queue.messages.get(sequence);
    if (message === undefined) continue;
    if (message.expiresAt === undefined || message.expiresAt > queue.surroundings.now()) return message;
    expire(queue, message);
  }
}

function handOver(queue: Queue, consumer: Consumer, message: StoredMessage): void {
  if (consumer.deleteOnReceive) {
    consumer.deliver(message, undefined);
    discard(queue, message);
  } else {
    consumer.deliver(message, lock(queue, message, consumer));
  }
}
