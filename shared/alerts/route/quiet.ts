import type { Severity } from '../../domain/index.ts';
import type { Quiet } from '../config/schema.ts';
import { isAtLeast } from '../severity.ts';
import { localTime, weekdayBefore } from './local-time.ts';

/** Whether quiet hours hold an alert of this severity back at a moment. */
export function isHeldBack(severity: Severity, quiet: Quiet | undefined, now: Date): boolean {
  if (!quiet || (quiet.except && isAtLeast(severity, quiet.except))) return false;
  const { day, time } = localTime(now, quiet.zone);
  return quiet.windows.some(({ days, from, to }) => {
    const beginsOn = (one: typeof day): boolean => !days || days.includes(one);
    if (from < to) return beginsOn(day) && from <= time && time < to;
    return (beginsOn(day) && from <= time) || (beginsOn(weekdayBefore(day)) && time < to);
  });
}
