const firstMs = 250;
const longestMs = 30_000;
/** Each wrong password counts towards the lock-out of the account, so these attempts are far apart. */
const afterWrongPasswordMs = 60_000;

/**
 * How long to wait after the n-th failure in a row (from 1) to connect: doubling, at most half a minute, and between
 * half and all of it by chance, so that relays do not come back all at once.
 */
export function backoffMs(failures: number, random: () => number): number {
  const full = Math.min(longestMs, firstMs * 2 ** (failures - 1));
  return Math.round(full * (0.5 + random() / 2));
}

/** How long to wait after the server refused name or password. */
export const credentialsBackoffMs = (random: () => number): number =>
  Math.round(afterWrongPasswordMs * (1 + random() / 2));
