import type { StoredMessage } from './message.ts';
import type { Queue } from './queue.ts';

/** How many messages a queue holds, by what can happen to them next. */
export interface QueueCounts {
  /** Ready to be received. */
  readonly active: number;
  /** With a receiver. */
  readonly locked: number;
  readonly deferred: number;
  readonly scheduled: number;
  readonly deadLetter: number;
}

export function countMessages(queue: Queue): QueueCounts {
  let active = queue.ready.length;
  for (const session of queue.sessions.all()) active += session.ready.length;
  return {
    active,
    locked: queue.locks.size,
    deferred: queue.deferred.size,
    scheduled: queue.scheduled.size,
    deadLetter: queue.deadLetters?.messages.size ?? 0,
  };
}

/** Messages in any state from a sequence number on, of one session if so wished. */
export function peekMessages(
  queue: Queue,
  from: number,
  limit: number,
  sessionId?: string,
): readonly StoredMessage[] {
  const found: StoredMessage[] = [];
  for (const message of queue.messages.values()) {
    if (found.length >= limit) break;
    if (message.sequence < from) continue;
    if (sessionId === undefined || message.sessionId === sessionId) found.push(message);
  }
  return found;
}

/** Ids of the sessions that have messages or a state. */
export function sessionIds(queue: Queue): readonly string[] {
  return [...queue.sessions.all()]
    .filter((session) => session.ready.length > 0 || session.held.size > 0 || session.state !== undefined)
    .map((session) => session.id);
}
