import type { RouteRecord } from '../state/route-record.ts';
import { isDigestDue } from './digest.ts';
import { isHeldBack } from './quiet.ts';
import type { Task } from './tasks.ts';

/** After this time without anything new, what was collected is told. */
const lullMs = 5_000;
/** Nothing waits longer for a lull. */
const longestMs = 45_000;
/** Of many incidents more may be on their way, so the lull must be longer; and after a message of many, the next one waits. */
const storm = { incidents: 10, lullMs: 15_000, pauseMs: 60_000 } as const;

/** Of the tasks of one route, those that are told now; none, as long as more is collected. */
export function ripeTasks(tasks: readonly Task[], last: RouteRecord['last'], now: Date): readonly Task[] {
  const free = tasks.filter(({ record, route }) => !isHeldBack(record.violation.severity, route.quiet, now));
  return free.length > 0 && isDue(free, last, now) ? free : [];
}

function isDue(tasks: readonly Task[], last: RouteRecord['last'], now: Date): boolean {
  const mode = tasks[0]?.route.mode;
  if (typeof mode === 'object') return tasks.some(({ since }) => isDigestDue(mode.digest, since, now));
  const inStorm =
    last !== undefined &&
    last.covered >= storm.incidents &&
    now.getTime() - Date.parse(last.at) < storm.pauseMs;
  const waits = tasks.map(({ since }) => now.getTime() - since.getTime());
  const lull = tasks.length >= storm.incidents ? storm.lullMs : lullMs;
  return !inStorm && (Math.min(...waits) >= lull || Math.max(...waits) >= longestMs);
}
