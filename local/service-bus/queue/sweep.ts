import { expire } from './dead-letter.ts';
import { deliver } from './delivery.ts';
import { giveBack } from './give-back.ts';
import { discard, keep } from './hold.ts';
import type { Lane } from './lane.ts';
import type { Queue } from './queue.ts';
import { dismissLate, releaseSession } from './session-locks.ts';

/** Does what time demands: locks run out, scheduled messages become active, old ones expire, waiting ends. */
export function sweep(queue: Queue): void {
  endMessageLocks(queue);
  endSessionLocks(queue);
  activateScheduled(queue);
  expireOldest(queue, queue.ready);
  for (const session of queue.sessions.all()) expireOldest(queue, session.ready);
  dismissLate(queue);
  if (queue.deadLetters !== undefined) sweep(queue.deadLetters);
}

function endMessageLocks(queue: Queue): void {
  for (const lock of queue.locks.expired(queue.surroundings.now())) {
    const sessionId = queue.messages.get(lock.sequence)?.sessionId;
    giveBack(queue, lock, true);
    deliver(queue, sessionId);
  }
}

function endSessionLocks(queue: Queue): void {
  const now = queue.surroundings.now();
  const lost = [...queue.sessions.all()].filter((session) => session.owner && session.lockedUntil <= now);
  for (const session of lost) {
    const { owner } = session;
    releaseSession(queue, session, true);
    owner?.sessionLost(session);
  }
  if (lost.length > 0) deliver(queue);
}

function activateScheduled(queue: Queue): void {
  const now = queue.surroundings.now();
  for (const sequence of [...queue.scheduled]) {
    const message = queue.messages.get(sequence);
    if (message?.scheduledFor === undefined || message.scheduledFor > now) continue;
    discard(queue, message);
    keep(queue, {
      ...message,
      sequence: queue.lastSequence + 1,
      state: 'active',
      enqueuedAt: now,
      expiresAt: message.timeToLive === undefined ? undefined : now + message.timeToLive,
    });
    deliver(queue, message.sessionId);
  }
}

/** Only the first message is looked at, as in Azure: an expired one behind it goes when it comes to the front. */
function expireOldest(queue: Queue, lane: Lane): void {
  for (;;) {
    const sequence = lane.peek();
    const message = sequence === undefined ? undefined : queue.messages.get(sequence);
    if (message?.expiresAt === undefined || message.expiresAt > queue.surroundings.now()) return;
    lane.shift();
    expire(queue, message);
    deliver(queue, message.sessionId);
  }
}
