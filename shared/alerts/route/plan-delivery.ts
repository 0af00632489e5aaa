import { momentOf } from '../../domain/index.ts';
import { compose } from '../message/compose.ts';
import { bySeverity } from '../severity.ts';
import type { Delivery } from '../state/route-record.ts';
import type { Task } from './tasks.ts';

/** Most incidents of one message; more of them wait for the next. */
const mostIncidents = 1000;

/**
 * One message of a route about all that is ripe, the most severe first.
 *
 * @param id of the message; the same however often it is sent
 */
export function planDelivery(ripe: readonly Task[], id: string, now: Date): Delivery | undefined {
  const [first] = ripe;
  if (!first) return undefined;
  const tasks = ripe
    .toSorted(
      (one, other) =>
        bySeverity(one.record.violation.severity, other.record.violation.severity) ||
        one.since.getTime() - other.since.getTime(),
    )
    .slice(0, mostIncidents);
  return {
    message: compose(tasks, { id, route: first.route.route, at: momentOf(now) }),
    covers: tasks.map(({ record: { incidentId, count }, event, channel }) => ({
      incidentId,
      event,
      count,
      channel,
    })),
    plannedAt: momentOf(now),
    tries: 0,
  };
}
