/** What has arrived, in order, for tests that wait for it rather than sleep. */
export interface Inbox<T> {
  all(): readonly T[];
  add(item: T): void;
  clear(): void;
  /**
   * The first item that fits, as soon as there is one; it may have arrived already.
   *
   * @param timeoutInMs default: 10 000
   * @throws after the time-out, listing what arrived instead
   */
  waitFor(predicate: (item: T) => boolean, timeoutInMs?: number): Promise<T>;
}

/** @param describe one line about an item, for the error of {@link Inbox.waitFor} */
export function createInbox<T>(describe: (item: T) => string): Inbox<T> {
  const items: T[] = [];
  const waiting = new Set<(item: T) => void>();
  return {
    all: () => [...items],
    clear: () => {
      items.length = 0;
    },
    add: (item) => {
      items.push(item);
      for (const offer of [...waiting]) offer(item);
    },
    waitFor: (predicate, timeoutInMs = 10_000) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          clearTimeout(timer);
          waiting.delete(offer);
        };
        const offer = (item: T): void => {
          try {
            if (!predicate(item)) return;
            settle();
            resolve(item);
          } catch (error) {
            settle();
            reject(error);
          }
        };
        const timer = setTimeout(() => {
          settle();
          const arrived = items.map((item) => `\n  ${describe(item)}`).join('');
          reject(
            new Error(`Nothing that fits arrived within ${timeoutInMs} ms; ${items.length} did:${arrived}`),
          );
        }, timeoutInMs);
        waiting.add(offer);
        for (const item of [...items]) {
          if (waiting.has(offer)) offer(item);
        }
      }),
  };
}
