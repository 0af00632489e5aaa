import { momentOf } from '../../domain/index.ts';
import { incidentCursor } from '../../state/index.ts';
import type { AlertRecord } from '../state/alert-record.ts';
import type { AlertDeps } from './deps.ts';
import { receiveNotice } from './receive-notice.ts';

/** A notice of what happened this shortly ago is still on its way. */
const onItsWayMs = 2 * 60_000;

/**
 * Compares the alerts with the open incidents, which are the truth: takes over counts, opens what no
 * notice told of (its sender crashed before, or the alert was damaged), and ends what is open no more.
 */
export async function compareWithIncidents(deps: AlertDeps): Promise<void> {
  const before = deps.now().getTime() - onItsWayMs;
  // The alerts first: an incident is there before its notice, so what is missing then is gone.
  const known = await intactAlerts(deps);
  const open = new Set<string>();
  const damaged = new Set<string>();
  const unread = (cursor: string, { message }: Error): void => {
    damaged.add(cursor);
    deps.log('incident.damaged', { message }, 'error');
  };
  for await (const { incidentId, violation, count, openedAt } of deps.incidents.list({ unread })) {
    open.add(incidentId);
    const alert = known.get(incidentId);
    const isNews = alert ? alert.count < count : Date.parse(openedAt) <= before;
    if (isNews) await receiveNotice({ incidentId, event: 'repeated', violation, count, openedAt }, deps);
  }
  for (const { incidentId, violation, resolvedAt } of known.values()) {
    if (resolvedAt || open.has(incidentId) || damaged.has(incidentCursor({ violation }))) continue;
    await deps.alerts.update(incidentId, (now) => now && { resolvedAt: momentOf(deps.now()), ...now });
    deps.log('alert.resolutionFound', { incidentId, code: violation.code });
  }
}

/** The alerts that can be read. The others are removed: they are opened anew, as long as their incident is open. */
async function intactAlerts(deps: AlertDeps): Promise<ReadonlyMap<string, AlertRecord>> {
  const known = new Map<string, AlertRecord>();
  const damaged: string[] = [];
  const unread = (key: string, { message }: Error): void => {
    damaged.push(key);
    deps.log('alert.damaged', { message }, 'error');
  };
  for await (const { key, value } of deps.alerts.list({}, unread)) known.set(key, value);
  for (const key of damaged) await deps.alerts.remove(key);
  return known;
}
