import type { Session } from './sessions.ts';

/** A receiver's hold on one message. Within a session it lives as long as the session's lock. */
export interface Lock {
  readonly token: string;
  readonly sequence: number;
  readonly session: Session | undefined;
  /** Milliseconds since the epoch; of no meaning within a session. */
  readonly until: number;
}

/** When the lock ends, in milliseconds since the epoch. */
export const lockedUntil = (lock: Lock): number => lock.session?.lockedUntil ?? lock.until;

/** The locks of one queue. */
export class Locks {
  /** In the order in which locks without a session expire: all of a queue have the same duration. */
  private readonly byToken = new Map<string, Lock>();
  private readonly bySequence = new Map<number, Lock>();

  get size(): number {
    return this.byToken.size;
  }

  find(token: string): Lock | undefined {
    return this.byToken.get(token);
  }

  of(sequence: number): Lock | undefined {
    return this.bySequence.get(sequence);
  }

  /** Adds a lock, or replaces the one with the same token. */
  add(lock: Lock): void {
    this.byToken.delete(lock.token);
    this.byToken.set(lock.token, lock);
    this.bySequence.set(lock.sequence, lock);
    lock.session?.held.add(lock.token);
  }

  remove(sequence: number): void {
    const lock = this.bySequence.get(sequence);
    if (lock === undefined) return;
    this.bySequence.delete(sequence);
    this.byToken.delete(lock.token);
    lock.session?.held.delete(lock.token);
  }

  /** The locks without a session that have run out. */
  expired(now: number): readonly Lock[] {
    const expired: Lock[] = [];
    for (const lock of this.byToken.values()) {
      if (lock.session !== undefined) continue;
      if (lock.until > now) break;
      expired.push(lock);
    }
    return expired;
  }
}
