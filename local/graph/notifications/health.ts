/** How one attempt to deliver went. */
export type Attempt = { readonly at: number; readonly tookMs: number };

/** `slow`: notifications wait ten minutes. `drop`: they are lost for ten minutes. */
export type Health = 'healthy' | 'slow' | 'drop';

/** Endpoints are judged by the last ten minutes, from this many attempts on. */
export const judgedAfter = 100;
export const healthWindowMs = 10 * 60 * 1000;

const slowMs = 3_000;
const lostMs = 10_000;

/**
 * Graph's rule for slow endpoints: more than 10 % above 3 s delays, more than 15 % above 10 s drops.
 * Source: change notifications, delivery with webhooks. Keeps counts, so that judging costs nothing per notification.
 */
export const createHealth = () => {
  const recent: Attempt[] = [];
  let slow = 0;
  let lost = 0;

  const count = ({ tookMs }: Attempt, by: 1 | -1) => {
    if (tookMs >= slowMs) slow += by;
    if (tookMs >= lostMs) lost += by;
  };
  const forgetBefore = (oldest: number) => {
    const kept = recent.findIndex(({ at }) => at >= oldest);
    for (const attempt of recent.splice(0, kept === -1 ? recent.length : kept)) count(attempt, -1);
  };

  return {
    note: (attempt: Attempt): void => {
      recent.push(attempt);
      count(attempt, 1);
    },
    judge: (now: number): Health => {
      forgetBefore(now - healthWindowMs);
      if (recent.length < judgedAfter) return 'healthy';
      if (lost / recent.length > 0.15) return 'drop';
      return slow / recent.length > 0.1 ? 'slow' : 'healthy';
    },
  };
};
