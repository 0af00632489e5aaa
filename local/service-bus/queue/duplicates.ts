/** Remembers message ids for a while, so that a repeated send can be dropped. */
export class DuplicateHistory {
  /** Message id → when it may be forgotten; in the order of that time. */
  private readonly seen = new Map<string, number>();

  /** Whether the id is remembered at this time. */
  has(messageId: string, now: number): boolean {
    for (const [id, until] of this.seen) {
      if (until > now) break;
      this.seen.delete(id);
    }
    return this.seen.has(messageId);
  }

  remember(messageId: string, until: number): void {
    this.seen.set(messageId, until);
  }
}
