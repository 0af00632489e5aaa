import type { Lock } from './locks.ts';
import type { StoredMessage } from './message.ts';
import type { Session } from './sessions.ts';

/** A receiver as the queue sees it. */
export interface Consumer {
  /** Messages are gone once sent: there is no lock and no settlement. */
  readonly deleteOnReceive: boolean;
  /** The session that this receiver owns. */
  session: Session | undefined;
  /** How many more messages the receiver takes now. */
  credit(): number;
  /** Sends the message; without a lock when messages are deleted on receive. */
  deliver(message: StoredMessage, lock: Lock | undefined): void;
  /** The lock on the session has run out: the receiver must be closed. */
  sessionLost(session: Session): void;
}
