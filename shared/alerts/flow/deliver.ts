import { momentOf } from '../../domain/index.ts';
import { inParallel } from '../../state/in-parallel.ts';
import type { AlertConfig, Route } from '../config/schema.ts';
import type { Delivery } from '../state/route-record.ts';
import { changeDelivery } from './change-delivery.ts';
import { healthOf, readinessOf } from './channel-health.ts';
import type { AlertDeps } from './deps.ts';
import { markTold } from './mark-told.ts';
import { type Tried, tryChannel } from './try-channel.ts';

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
  const taken = claimed.takenAt ? claimed : await sendToFirst(claimed, route, config, deps);
  if (taken) await settle(route.route, taken, deps);
}

/** Marks what a taken message told, then makes way for the next one. */
export async function settle(name: string, taken: Delivery, deps: AlertDeps): Promise<void> {
  const { covers, message, takenAt } = taken;
  if (!takenAt) return;
  await inParallel(covers, (cover) => markTold(cover, { ...taken, takenAt }, deps));
  await deps.routes.update(name, (record) =>
    record?.delivery?.message.id === message.id
      ? { last: { at: takenAt, covered: covers.length } }
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

async function sendToFirst(
  delivery: Delivery,
  route: Route,
  config: AlertConfig,
  deps: AlertDeps,
): Promise<Delivery | undefined> {
  const waits: Date[] = [];
  for (const name of route.to) {
    // One message after the other to each channel: the next one knows what this one told, and how it went.
    const tried = await deps.inTurn(name, async (): Promise<Tried> => {
      const ready = readinessOf(await healthOf(name, deps), deps.now());
      return ready.state === 'ready' ? tryChannel(name, delivery, route, config, deps) : ready;
    });
    if (tried.state === 'taken') return tried.delivery;
    waits.push(tried.until);
    if (tried.state === 'wait') break;
  }
  const notBefore = momentOf(new Date(Math.min(...waits.map((until) => until.getTime()))));
  await changeDelivery(
    route.route,
    delivery,
    ({ sendingSince: _, ...rest }) => ({ ...rest, notBefore }),
    deps,
  );
  return undefined;
}
