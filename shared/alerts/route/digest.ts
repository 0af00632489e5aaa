import type { Digest } from '../config/schema.ts';
import { dayBefore, localTime } from './local-time.ts';

/** Whether a digest that became due after `since` is due by `now`. Digests every N minutes follow the clock, in UTC. */
export function isDigestDue(digest: Digest, since: Date, now: Date): boolean {
  if ('everyMinutes' in digest) {
    const number = (at: Date): number => Math.floor(at.getTime() / (digest.everyMinutes * 60_000));
    return number(now) > number(since);
  }
  const { date, time } = localTime(now, digest.zone);
  const times = digest.at.toSorted();
  const passed = times.filter((one) => one <= time).at(-1);
  const latest = passed ? `${date}T${passed}` : `${dayBefore(date)}T${times.at(-1)}`;
  const then = localTime(since, digest.zone);
  return `${then.date}T${then.time}` < latest;
}
