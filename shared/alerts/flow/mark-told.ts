import type { Moment } from '../../domain/index.ts';
import type { AlertRecord, Told } from '../state/alert-record.ts';
import type { Cover, Delivery } from '../state/route-record.ts';
import type { AlertDeps } from './deps.ts';

const saysOver = ({ event }: Cover): boolean => event === 'passed' || event === 'resolved';

/** Notes what a channel has been told of an incident. Repeating it, or coming late with it, changes nothing. */
export async function markTold(
  cover: Cover,
  { message, takenAt: at, takenBy }: Delivery & { readonly takenAt: Moment },
  deps: AlertDeps,
): Promise<void> {
  const { incidentId, channel, event, count } = cover;
  await deps.alerts.update(incidentId, (found) => {
    if (!found) return undefined;
    const record = takenBy === undefined ? found : withHeard(found, takenBy, cover);
    const before = record.told[channel];
    if (before && (before.messageId === message.id || Date.parse(before.at) > Date.parse(at))) return record;
    const told: Told = {
      route: message.route,
      messageId: message.id,
      at,
      count,
      updates: event === 'updated' ? (before?.updates ?? 0) + 1 : 0,
      ...(saysOver(cover) && { resolvedAt: at }),
    };
    return { ...record, told: { ...record.told, [channel]: told } };
  });
}

/** Notes what a channel has shown to people, so that no other route sends it there again. */
export async function markHeard(cover: Cover, channel: string, deps: AlertDeps): Promise<void> {
  await deps.alerts.update(cover.incidentId, (record) => record && withHeard(record, channel, cover));
}

function withHeard(record: AlertRecord, channel: string, cover: Cover): AlertRecord {
  const before = record.heard[channel];
  const heard = {
    count: Math.max(before?.count ?? 1, cover.count),
    isOver: (before?.isOver ?? false) || saysOver(cover),
  };
  return { ...record, heard: { ...record.heard, [channel]: heard } };
}
