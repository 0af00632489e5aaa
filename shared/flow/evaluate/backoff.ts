/** Delays between tries of one object, in seconds: the first within 10 s, then growing to an hour. */
const ladder = [3, 10, 30, 60, 120, 300, 600, 1800, 3600] as const;

/**
 * Milliseconds to wait before try number `attempt` + 1. `atLeastMs` is what the other side asked
 * for (Retry-After). `random` is in [0, 1) and spreads the tries by up to a fifth, so that many
 * objects that failed together do not come back together.
 */
export function retryDelayMs(attempt: number, random: number, atLeastMs = 0): number {
  const seconds = ladder[Math.min(attempt, ladder.length - 1)] ?? 3600;
  const spread = seconds * 1000 * (1 + 0.2 * random);
  return Math.max(Math.round(spread), atLeastMs);
}
