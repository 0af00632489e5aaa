import type { BusError } from '../bus-error.ts';
import type { Consumer } from './consumer.ts';
import { Lane } from './lane.ts';

/** All messages with one session id, which one receiver at a time may have. */
export interface Session {
  readonly id: string;
  readonly ready: Lane;
  /** Tokens of the locks on messages of this session. */
  readonly held: Set<string>;
  state: Buffer | undefined;
  owner: Consumer | undefined;
  /** Milliseconds since the epoch. */
  lockedUntil: number;
}

/** A receiver that waits for any session with messages. */
export interface WaitingReceiver {
  readonly consumer: Consumer;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly answer: (result: Session | BusError) => void;
}

/** The sessions of one queue, those first that were served longest ago. */
export class Sessions {
  private readonly byId = new Map<string, Session>();

  find(id: string): Session | undefined {
    return this.byId.get(id);
  }

  all(): Iterable<Session> {
    return this.byId.values();
  }

  /** The session of that id, begun now if there is none. */
  open(id: string): Session {
    const found = this.byId.get(id);
    if (found !== undefined) return found;
    const session: Session = {
      id,
      ready: new Lane(),
      held: new Set(),
      state: undefined,
      owner: undefined,
      lockedUntil: 0,
    };
    this.byId.set(id, session);
    return session;
  }

  /** A session that nobody owns and that has messages. */
  nextFree(): Session | undefined {
    for (const session of this.byId.values()) {
      if (session.owner === undefined && session.ready.length > 0) return session;
    }
    return undefined;
  }

  /** Puts the session behind all others, so that one whose messages always fail does not starve them. */
  toTheEnd(session: Session): void {
    this.byId.delete(session.id);
    this.byId.set(session.id, session);
  }

  /** Forgets a session of which nothing is left to know. */
  forgetIfEmpty(id: string): void {
    const session = this.byId.get(id);
    if (session === undefined || session.owner !== undefined || session.state !== undefined) return;
    if (session.ready.length === 0 && session.held.size === 0) this.byId.delete(id);
  }
}
