/** Knows whether any slot waits for a session. While none does, sessions may wait for a slot. */
export type FreeSlots = {
  /** Counts a slot as free until what it waits for has come. */
  whileWaiting<T>(coming: Promise<T>): Promise<T>;
  any(): boolean;
};

export function createFreeSlots(): FreeSlots {
  let free = 0;
  return {
    async whileWaiting(coming) {
      free += 1;
      try {
        return await coming;
      } finally {
        free -= 1;
      }
    },
    any: () => free > 0,
  };
}
