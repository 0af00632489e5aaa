/**
 * Milliseconds that a `Retry-After` header asks to wait: whole or fractional seconds, or an HTTP date
 * (RFC 9110 §10.2.3; Graph has been seen to send 2.128). Undefined where it is absent or makes no sense.
 */
export function retryAfterMs(header: string | null, now: Date): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  // Date.parse takes much else for a date, such as a bare number.
  const date = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now.getTime());
}

/** First delay without advice from the other side, and the longest, in milliseconds. */
const base = 500;
const longest = 15_000;

/**
 * Milliseconds to wait before try `attempt` + 1 (1 after the first), doubling each time. `random` in
 * [0, 1) spreads waiting callers over the upper half, so that they do not come back together.
 */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(longest, base * 2 ** (attempt - 1));
  return Math.round(full / 2 + (full / 2) * random);
}
