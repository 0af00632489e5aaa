/** Share of the limit from which Graph says how near it is (`x-ms-throttle-limit-percentage`, 0.8 to 1.8). */
const nearLimit = 0.8;

/** Graph counts resource units in windows of ten seconds; what it said of one holds that long. */
const windowMs = 10_000;

/** What holds requests back: the last word of Graph on how near the limit is. Times are milliseconds since the epoch. */
export type Pace = {
  /** Milliseconds to wait before the next request may go. The place is taken unless that is beyond `limit`. */
  reserve(now: number, limit: number): number;
  /** Takes note of what a response said. */
  heard(now: number, share: number | undefined): void;
  /** Lets nothing go before `until`: Graph has said when it will listen again. */
  holdUntil(until: number): void;
};

/**
 * Slows down before Graph throttles: between two requests lie 50 ms at 80 % of the limit, growing to
 * one second at 180 %, for the window that the share was counted in.
 */
export function createPace(): Pace {
  let gapMs = 0;
  let gapEnds = 0;
  let nextAt = 0;
  return {
    reserve(now, limit) {
      const at = Math.max(now, nextAt);
      if (at - now <= limit) nextAt = at < gapEnds ? at + gapMs : at;
      return at - now;
    },
    heard(now, share) {
      if (share === undefined || share < nearLimit) return;
      gapMs = Math.min(1000, Math.round(50 + (share - nearLimit) * 950));
      gapEnds = now + windowMs;
    },
    holdUntil(until) {
      nextAt = Math.max(nextAt, until);
    },
  };
}
