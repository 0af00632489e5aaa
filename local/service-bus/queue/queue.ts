import type { Consumer } from './consumer.ts';
import { DuplicateHistory } from './duplicates.ts';
import { Lane } from './lane.ts';
import { Locks } from './locks.ts';
import type { StoredMessage } from './message.ts';
import { Sessions, type WaitingReceiver } from './sessions.ts';
import { deadLetterSettings, type QueueSettings } from './settings.ts';

/** Where a queue writes down what must survive a restart. */
export interface MessageLog {
  put(queue: string, message: StoredMessage): void;
  remove(queue: string, sequence: number): void;
  sessionState(queue: string, session: string, state: Buffer | undefined): void;
  remember(queue: string, messageId: string, until: number): void;
  /** Calls back when all that was written so far will survive. */
  flushed(done: () => void): void;
}

/** What a queue needs from outside. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
  readonly log: MessageLog;
}

/** All that is known of one queue. The functions of this folder change it; nothing else does. */
export interface Queue {
  readonly settings: QueueSettings;
  readonly surroundings: Surroundings;
  /** Where its dead letters go; undefined for a dead-letter queue itself. */
  readonly deadLetters: Queue | undefined;
  /** By sequence number, in its order. */
  readonly messages: Map<number, StoredMessage>;
  /** Active messages that nobody holds; those of a queue with sessions are with their session instead. */
  readonly ready: Lane;
  readonly deferred: Set<number>;
  readonly scheduled: Set<number>;
  readonly locks: Locks;
  readonly sessions: Sessions;
  readonly consumers: Consumer[];
  readonly waiting: WaitingReceiver[];
  readonly duplicates: DuplicateHistory;
  lastSequence: number;
  bytes: number;
  /** Index of the consumer that was served last. */
  turn: number;
}

/** An empty queue with its dead-letter queue. */
export function createQueue(settings: QueueSettings, surroundings: Surroundings): Queue {
  const deadLetters = emptyQueue(deadLetterSettings(settings), surroundings, undefined);
  return emptyQueue(settings, surroundings, deadLetters);
}

function emptyQueue(
  settings: QueueSettings,
  surroundings: Surroundings,
  deadLetters: Queue | undefined,
): Queue {
  return {
    settings,
    surroundings,
    deadLetters,
    messages: new Map(),
    ready: new Lane(),
    deferred: new Set(),
    scheduled: new Set(),
    locks: new Locks(),
    sessions: new Sessions(),
    consumers: [],
    waiting: [],
    duplicates: new DuplicateHistory(),
    lastSequence: 0,
    bytes: 0,
    turn: 0,
  };
}
