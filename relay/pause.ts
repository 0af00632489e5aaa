import { setTimeout as sleep } from 'node:timers/promises';

/** Waits, but not longer than until the signal; whoever waits then looks whether to go on. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Growing delays: 1, 2, 4 … up to 60 seconds, spread by up to a fifth so that several relays do not
 * come back at the same moment. `random` is in [0, 1).
 */
export const growingDelayMs = (attempt: number, random: number): number =>
  Math.min(60_000, 1000 * 2 ** Math.min(attempt, 6)) * (0.8 + 0.2 * random);
