import { createHash, timingSafeEqual } from 'node:crypto';
import type { Doorbell, Feed } from '../../bus/index.ts';
import type { ChangeNotification, RefusedItem } from '../../classify/index.ts';
import type { Change, EntraId, Moment, ObjectKind } from '../../domain/index.ts';
import type { Surroundings } from '../ports.ts';
import type { NoteUntrusted } from '../watch/watch-client-state.ts';

export type Received = {
  readonly accepted: number;
  readonly wrongClientState: number;
  readonly refused: readonly RefusedItem[];
};

const feedOf: Readonly<Record<ObjectKind, Feed>> = { group: 'groups', user: 'users', device: 'devices' };

/** Most objects that one doorbell names. */
const doorbellLimit = 1000;

/**
 * Takes the items of one webhook POST: one change per object and one doorbell per feed are durably
 * in Service Bus when it resolves, so that the caller may acknowledge. Items with a wrong or missing
 * client state are dropped, counted and logged; the others are kept.
 */
export async function receiveNotifications(
  items: readonly ChangeNotification[],
  refused: readonly RefusedItem[],
  clientStates: readonly string[],
  receivedAt: Moment,
  traceparent: string,
  around: Surroundings & { readonly noteUntrusted: NoteUntrusted },
): Promise<Received> {
  const trusted = items.filter((item) => isKnown(item.clientState, clientStates));
  const wrongClientState = items.length - trusted.length;
  const changes = onePerObject(trusted.map((item) => item.change));
  const options = { traceparent };
  await Promise.all([
    around.bus.send(
      'changes',
      changes.map((body) => ({ body })),
      options,
    ),
    around.bus.send(
      'feeds',
      doorbells(changes, receivedAt).map((body) => ({ body })),
      options,
    ),
  ]);
  for (const item of refused)
    around.log('notification.refused', { index: item.index, message: item.why }, 'warn');
  if (wrongClientState > 0) {
    const message = `${wrongClientState} of ${items.length} notifications had a wrong or missing client state and were dropped.`;
    around.log('notification.untrusted', { count: wrongClientState, message }, 'warn');
    await around.noteUntrusted(receivedAt, around.log);
  }
  around.log('notification.received', { items: items.length, changes: changes.length });
  return { accepted: trusted.length, wrongClientState, refused };
}

/** Compared as digests, so that neither length nor content shows in the time it takes. */
export function isKnown(clientState: string | null, known: readonly string[]): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  const given = digest(clientState ?? '');
  let found = false;
  for (const one of known) found = timingSafeEqual(given, digest(one)) || found;
  return found && clientState !== null;
}

/** A burst speaks of one object many times; a tombstone among them must not be lost. */
function onePerObject(changes: readonly Change[]): readonly Change[] {
  const byObject = new Map<EntraId, Change>();
  for (const change of changes) {
    const known = byObject.get(change.id);
    if (!known || change.tombstone) byObject.set(change.id, change);
  }
  return [...byObject.values()];
}

/** One doorbell per feed, or several where a POST speaks of more objects than one can name. */
function doorbells(changes: readonly Change[], receivedAt: Moment): readonly Doorbell[] {
  const notified = Map.groupBy(changes, (change) => feedOf[change.kind]);
  return [...notified].flatMap(([feed, about]) => {
    const ids = about.map((change) => change.id);
    const many = Math.ceil(ids.length / doorbellLimit);
    return Array.from({ length: many }, (_, index) => ({
      feed,
      notified: ids.slice(index * doorbellLimit, (index + 1) * doorbellLimit),
      receivedAt,
      ringsAt: receivedAt,
      attempt: 0,
    }));
  });
}
