import type { AlertNotice } from '../../bus/index.ts';
import { momentOf } from '../../domain/index.ts';
import type { AlertRecord } from '../state/alert-record.ts';
import type { AlertDeps } from './deps.ts';

/**
 * Puts a notice where the next pass finds it. Any order and repetition of the notices of one incident
 * comes to the same: it opened once, has the highest count seen, and is over as soon as one says so.
 */
export async function receiveNotice(notice: AlertNotice, deps: AlertDeps): Promise<void> {
  const { incidentId, event, violation } = notice;
  if (await deps.done.read(incidentId)) return;
  const heardAt = momentOf(deps.now());
  const place = await deps.placeOf(violation);
  await deps.alerts.update(incidentId, (known) => {
    const record = known ?? recordOf(notice, heardAt);
    const later = Date.parse(violation.at) >= Date.parse(record.violation.at);
    const resolvedAt = record.resolvedAt ?? (event === 'resolved' ? heardAt : undefined);
    return {
      ...record,
      violation: later ? violation : record.violation,
      count: Math.max(record.count, notice.count),
      ...(place !== undefined && { place }),
      ...(resolvedAt && { resolvedAt }),
    };
  });
}

const recordOf = (notice: AlertNotice, heardAt: AlertRecord['heardAt']): AlertRecord => ({
  incidentId: notice.incidentId,
  violation: notice.violation,
  count: notice.count,
  openedAt: notice.openedAt,
  heardAt,
  told: {},
  heard: {},
});
