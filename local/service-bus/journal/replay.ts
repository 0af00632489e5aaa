import type { StoredMessage } from '../queue/message.ts';
import type { JournalRecord } from './record.ts';

/** What a journal says of one queue, all told. */
export interface Remembered {
  readonly messages: Map<number, StoredMessage>;
  readonly sessionStates: Map<string, Buffer>;
  /** Message id → until when it counts as seen, in milliseconds since the epoch. */
  readonly seen: Map<string, number>;
  lastSequence: number;
}

/** Queue name → what is remembered of it. */
export type Replay = ReadonlyMap<string, Remembered>;

/** Sums up records in their order. */
export function replay(records: Iterable<JournalRecord>): Replay {
  const queues = new Map<string, Remembered>();
  for (const record of records) {
    const queue = queues.get(record.queue) ?? nothing();
    queues.set(record.queue, queue);
    apply(queue, record);
  }
  return queues;
}

/** The fewest records that say the same. */
export function* summary(queues: Replay, now: number): Generator<JournalRecord> {
  for (const [queue, { messages, sessionStates, seen, lastSequence }] of queues) {
    yield { kind: 'sequence', queue, sequence: lastSequence };
    for (const message of inOrder(messages)) yield { kind: 'message', queue, message };
    for (const [session, state] of sessionStates) yield { kind: 'session', queue, session, state };
    for (const [messageId, until] of seen) {
      if (until > now) yield { kind: 'seen', queue, messageId, until };
    }
  }
}

/** Messages in the order of their sequence numbers. */
export function inOrder(messages: ReadonlyMap<number, StoredMessage>): readonly StoredMessage[] {
  return [...messages.values()].sort((a, b) => a.sequence - b.sequence);
}

function apply(queue: Remembered, record: JournalRecord): void {
  switch (record.kind) {
    case 'message':
      queue.messages.set(record.message.sequence, record.message);
      queue.lastSequence = Math.max(queue.lastSequence, record.message.sequence);
      break;
    case 'removed':
      queue.messages.delete(record.sequence);
      break;
    case 'session':
      if (record.state === undefined) queue.sessionStates.delete(record.session);
      else queue.sessionStates.set(record.session, record.state);
      break;
    case 'seen':
      queue.seen.delete(record.messageId);
      queue.seen.set(record.messageId, record.until);
      break;
    case 'sequence':
      queue.lastSequence = Math.max(queue.lastSequence, record.sequence);
      break;
  }
}

const nothing = (): Remembered => ({
  messages: new Map(),
  sessionStates: new Map(),
  seen: new Map(),
  lastSequence: 0,
});
