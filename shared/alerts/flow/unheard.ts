import { inParallel } from '../../state/in-parallel.ts';
import { compose } from '../message/compose.ts';
import type { Parcel } from '../send/channel.ts';
import type { AlertRecord } from '../state/alert-record.ts';
import type { Cover, Delivery } from '../state/route-record.ts';
import type { AlertDeps } from './deps.ts';

/**
 * What of a message is news to a channel; undefined where nothing is. Two routes whose first channels
 * fail may fall back to the same one, and a fallback may be the first channel of another route: people
 * read of each incident once.
 */
export async function unheard(
  channel: string,
  { message, covers }: Delivery,
  deps: AlertDeps,
): Promise<Parcel | undefined> {
  const records = new Map<string, AlertRecord>();
  await inParallel(covers, async ({ incidentId }) => {
    const found = await deps.alerts.read(incidentId);
    if (found) records.set(incidentId, found.value);
  });
  const isNews = (cover: Cover): boolean => {
    const record = records.get(cover.incidentId);
    return !record || !hasHeard(record, channel, cover);
  };
  const news = covers.filter(isNews);
  if (news.length === 0) return undefined;
  if (news.length === covers.length) return { message, covers };
  const told = news.flatMap(({ incidentId, event }) => {
    const record = records.get(incidentId);
    return record ? [{ record: asOf(record, event), event }] : [];
  });
  return { message: compose(told, message), covers: news };
}

function hasHeard({ heard }: AlertRecord, channel: string, { event, count }: Cover): boolean {
  const known = heard[channel];
  if (!known) return false;
  switch (event) {
    case 'opened':
      return true;
    case 'updated':
      return known.isOver || known.count >= count;
    case 'resolved':
    case 'passed':
      return known.isOver;
  }
}

/** What ended meanwhile is told by the next message. */
function asOf(record: AlertRecord, event: Cover['event']): AlertRecord {
  if (event === 'resolved' || event === 'passed') return record;
  const { resolvedAt: _, ...open } = record;
  return open;
}
