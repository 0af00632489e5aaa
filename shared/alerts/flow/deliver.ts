import { momentOf } from '../../domain/index.ts';
import { inParallel } from '../../state/in-parallel.ts';
import type { AlertConfig, Route } from '../config/schema.ts';
import type { Parcel, Send, SendResult } from '../send/channel.ts';
import type { Told } from '../state/alert-record.ts';
import { healthy } from '../state/channel-record.ts';
import type { Cover, Delivery, RouteRecord } from '../state/route-record.ts';
import { afterFailure, healthOf, readinessOf } from './channel-health.ts';
import type { AlertDeps } from './deps.ts';

/** Somebody who has been sending for longer has crashed. */
const sendingMs = 3 * 60_000;

/**
 * Sends the message of a route that is on its way, if there is one: to the first channel that takes
 * it. Notes that it was taken before anything else, so that only a crash between the answer of a
 * channel and this note can send a message twice.
 */
export async function deliver(route: Route, config: AlertConfig, deps: AlertDeps): Promise<void> {
  const claimed = await claim(route.route, deps);
  if (!claimed) return;
  const takenAt = claimed.takenAt ?? (await sendToFirst(claimed, route, config, deps));
  if (takenAt) await settle(route.route, claimed, takenAt, deps);
}

/** Marks what a taken message told, then makes way for the next one. */
export async function settle(
  name: string,
  claimed: Delivery,
  takenAt: Told['at'],
  deps: AlertDeps,
): Promise<void> {
  await inParallel(claimed.covers, (cover) => markTold(cover, claimed, takenAt, deps));
  await deps.routes.update(name, (record) =>
    record?.delivery?.message.id === claimed.message.id
      ? { last: { at: takenAt, covered: claimed.covers.length } }
      : (record ?? {}),
  );
}

/** Takes the message, so that nobody else sends it too. Undefined where there is none to be sent now. */
async function claim(name: string, deps: AlertDeps): Promise<Delivery | undefined> {
  const loaded = await deps.routes.read(name);
  const delivery = loaded?.value.delivery;
  if (!loaded || !delivery || delivery.takenAt) return delivery;
  const now = deps.now().getTime();
  const { notBefore, sendingSince } = delivery;
  if (notBefore && Date.parse(notBefore) > now) return undefined;
  if (sendingSince && now - Date.parse(sendingSince) < sendingMs) return undefined;
  const claimed: Delivery = { ...delivery, sendingSince: momentOf(new Date(now)), tries: delivery.tries + 1 };
  const saved = await deps.routes.save(name, { ...loaded.value, delivery: claimed }, loaded.when);
  return saved === 'stored' ? claimed : undefined;
}

async function sendToFirst(delivery: Delivery, route: Route, config: AlertConfig, deps: AlertDeps) {
  const waits: Date[] = [];
  for (const name of route.to) {
    const ready = readinessOf(await healthOf(name, deps), deps.now());
    if (ready.state !== 'ready') {
      waits.push(ready.until);
      if (ready.state === 'wait') break;
      continue;
    }
    const tried = await tryChannel(name, delivery, route, config, deps);
    if (tried.state === 'taken') return tried.at;
    waits.push(tried.until);
    if (tried.state === 'wait') break;
  }
  const notBefore = momentOf(new Date(Math.min(...waits.map((until) => until.getTime()))));
  await change(route.route, delivery, ({ sendingSince: _, ...rest }) => ({ ...rest, notBefore }), deps);
  return undefined;
}

async function tryChannel(
  name: string,
  delivery: Delivery,
  route: Route,
  config: AlertConfig,
  deps: AlertDeps,
) {
  const { message, covers, tries } = delivery;
  const about = { channel: name, route: route.route, messageId: message.id, incidents: covers.length };
  const sent = await sendBy(deps.sender(name, config), { message, covers }, name);
  const at = momentOf(deps.now());
  if (sent.result === 'taken') {
    await change(route.route, delivery, (now) => ({ ...now, takenAt: at }), deps);
    await deps.channels.update(name, (now) => ({ ...healthy, reported: now?.reported ?? false }));
    deps.log('alert.sent', about);
    return { state: 'taken', at } as const;
  }
  const random = deps.random();
  const after = await deps.channels.update(name, (now) =>
    afterFailure(now ?? healthy, sent, new Date(at), random),
  );
  deps.log('alert.notSent', { ...about, tries, message: sent.why, givenUp: after?.failed }, 'warn');
  const ready = readinessOf(after ?? healthy, new Date(at));
  return ready.state === 'ready' ? ({ state: 'wait', until: new Date(at) } as const) : ready;
}

/** Senders promise not to throw; if one does, its message is not lost. */
async function sendBy(send: Send | undefined, parcel: Parcel, name: string): Promise<SendResult> {
  if (!send) return { result: 'refused', why: `There is no channel ${name}.` };
  try {
    return await send(parcel);
  } catch (error) {
    return { result: 'later', why: error instanceof Error ? error.message : String(error) };
  }
}

/** Changes the message on its way, unless another one has taken its place. */
const change = (
  name: string,
  { message }: Delivery,
  to: (delivery: Delivery) => Delivery,
  deps: AlertDeps,
): Promise<RouteRecord | undefined> =>
  deps.routes.update(name, (record) =>
    record?.delivery?.message.id === message.id ? { ...record, delivery: to(record.delivery) } : record,
  );

/** Notes what a channel has been told of an incident. Repeating it, or coming late with it, changes nothing. */
async function markTold(cover: Cover, { message }: Delivery, at: Told['at'], deps: AlertDeps): Promise<void> {
  const { incidentId, channel, event, count } = cover;
  const isOver = event === 'passed' || event === 'resolved';
  await deps.alerts.update(incidentId, (record) => {
    if (!record) return undefined;
    const before = record.told[channel];
    if (before && (before.messageId === message.id || Date.parse(before.at) > Date.parse(at))) return record;
    const told: Told = {
      route: message.route,
      messageId: message.id,
      at,
      count,
      updates: event === 'updated' ? (before?.updates ?? 0) + 1 : 0,
      ...(isOver && { resolvedAt: at }),
    };
    return { ...record, told: { ...record.told, [channel]: told } };
  });
}
