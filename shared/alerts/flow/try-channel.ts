import { momentOf } from '../../domain/index.ts';
import { inParallel } from '../../state/in-parallel.ts';
import type { AlertConfig, Route } from '../config/schema.ts';
import type { Parcel, Send, SendResult } from '../send/channel.ts';
import { healthy } from '../state/channel-record.ts';
import type { Delivery } from '../state/route-record.ts';
import { changeDelivery } from './change-delivery.ts';
import { afterFailure, type Readiness, readinessOf } from './channel-health.ts';
import type { AlertDeps } from './deps.ts';
import { markHeard } from './mark-told.ts';
import { unheard } from './unheard.ts';

/** What came of one channel: it took the message, or is to be waited for, or passed over until then. */
export type Tried =
  | { readonly state: 'taken'; readonly delivery: Delivery }
  | Exclude<Readiness, { readonly state: 'ready' }>;

/** Sends a message to one channel, without what that channel has shown already. */
export async function tryChannel(
  name: string,
  delivery: Delivery,
  route: Route,
  config: AlertConfig,
  deps: AlertDeps,
): Promise<Tried> {
  const parcel = await unheard(name, delivery, deps);
  const { message, tries } = delivery;
  const incidents = parcel?.covers.length ?? 0;
  const about = { channel: name, route: route.route, messageId: message.id, incidents };
  const sent = parcel
    ? await sendBy(deps.sender(name, config), parcel, name)
    : ({ result: 'taken' } as const);
  const at = momentOf(deps.now());
  if (sent.result === 'taken') {
    const taken = { ...delivery, takenAt: at, takenBy: name };
    await changeDelivery(route.route, delivery, (now) => ({ ...now, takenAt: at, takenBy: name }), deps);
    if (parcel) {
      await inParallel(parcel.covers, (cover) => markHeard(cover, name, deps));
      await deps.channels.update(name, (now) => ({ ...healthy, reported: now?.reported ?? false }));
    }
    deps.log(parcel ? 'alert.sent' : 'alert.heardAlready', about);
    return { state: 'taken', delivery: taken };
  }
  const random = deps.random();
  const after = await deps.channels.update(name, (now) =>
    afterFailure(now ?? healthy, sent, new Date(at), random),
  );
  deps.log('alert.notSent', { ...about, tries, message: sent.why, givenUp: after?.failed }, 'warn');
  const ready = readinessOf(after ?? healthy, new Date(at));
  return ready.state === 'ready' ? { state: 'wait', until: new Date(at) } : ready;
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
