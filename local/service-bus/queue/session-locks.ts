import { type BusError, noSession, sessionLockLost, sessionTaken } from '../bus-error.ts';
import type { Consumer } from './consumer.ts';
import { giveBack } from './give-back.ts';
import type { Queue } from './queue.ts';
import type { Session } from './sessions.ts';

/**
 * Answers with a session for the receiver: the wanted one at once or never, any one as soon as there is one.
 *
 * @param wanted id of the session; undefined: the next one that has messages
 * @param timeout how long to wait for the next one, in milliseconds
 */
export function acceptSession(
  queue: Queue,
  consumer: Consumer,
  wanted: string | undefined,
  timeout: number,
  answer: (result: Session | BusError) => void,
): void {
  if (wanted !== undefined) {
    const session = queue.sessions.open(wanted);
    answer(session.owner === undefined ? grant(queue, consumer, session) : sessionTaken(wanted));
    return;
  }
  queue.waiting.push({ consumer, deadline: queue.surroundings.now() + timeout, answer });
  offerSessions(queue);
}

/** Gives free sessions to those who wait, first come, first served. */
export function offerSessions(queue: Queue): void {
  while (queue.waiting.length > 0) {
    const session = queue.sessions.nextFree();
    if (session === undefined) return;
    const first = queue.waiting.shift();
    if (first !== undefined) first.answer(grant(queue, first.consumer, session));
  }
}

/** Tells those who waited too long that there is no session. */
export function dismissLate(queue: Queue): void {
  const now = queue.surroundings.now();
  for (const late of queue.waiting.filter((waiting) => waiting.deadline <= now)) {
    queue.waiting.splice(queue.waiting.indexOf(late), 1);
    late.answer(noSession());
  }
}

/** Ends the lock on a session: its messages return to their places, and the next receiver may have it. */
export function releaseSession(queue: Queue, session: Session, countDeliveries: boolean): void {
  if (session.owner !== undefined) session.owner.session = undefined;
  session.owner = undefined;
  session.lockedUntil = 0;
  for (const token of [...session.held]) {
    const lock = queue.locks.find(token);
    if (lock !== undefined) giveBack(queue, lock, countDeliveries);
  }
  queue.sessions.toTheEnd(session);
  queue.sessions.forgetIfEmpty(session.id);
  offerSessions(queue);
}

/** The session of that id, which somebody must own now. */
export function ownedSession(queue: Queue, id: string): Session {
  const session = queue.sessions.find(id);
  if (session?.owner === undefined || session.lockedUntil <= queue.surroundings.now())
    throw sessionLockLost(id);
  return session;
}

/** Prolongs the lock on a session from now on; answers with its new end in milliseconds since the epoch. */
export function renewSession(queue: Queue, id: string): number {
  const session = ownedSession(queue, id);
  session.lockedUntil = queue.surroundings.now() + queue.settings.lockDuration;
  return session.lockedUntil;
}

/** Keeps a state with the session until it is set to undefined. */
export function setSessionState(queue: Queue, id: string, state: Buffer | undefined): void {
  ownedSession(queue, id).state = state;
  queue.surroundings.log.sessionState(queue.settings.name, id, state);
}

function grant(queue: Queue, consumer: Consumer, session: Session): Session {
  session.owner = consumer;
  session.lockedUntil = queue.surroundings.now() + queue.settings.lockDuration;
  consumer.session = session;
  return session;
}
