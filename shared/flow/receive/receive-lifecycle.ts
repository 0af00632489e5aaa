import { Feed } from '../../bus/index.ts';
import type { LifecycleNotification, NotificationBody } from '../../classify/index.ts';
import type { Moment } from '../../domain/index.ts';
import type { Surroundings } from '../ports.ts';
import type { NoteUntrusted } from '../watch/watch-client-state.ts';
import { isKnown } from './receive-notifications.ts';

/** Sees to the subscriptions now: renew, reauthorise or make anew what needs it. */
export type KeepSubscriptions = (reasons: readonly LifecycleNotification[]) => Promise<void>;

/**
 * Takes lifecycle notifications. `missed` and `subscriptionRemoved` mean that changes may have been
 * lost: every feed is drained. Subscriptions are looked after in any case. Untrusted items are dropped.
 */
export async function receiveLifecycle(
  body: NotificationBody,
  clientStates: readonly string[],
  receivedAt: Moment,
  traceparent: string,
  around: Surroundings & {
    readonly keepSubscriptions: KeepSubscriptions;
    readonly noteUntrusted: NoteUntrusted;
  },
): Promise<void> {
  const trusted = body.lifecycles.filter((item) => isKnown(item.clientState, clientStates));
  const dropped = body.lifecycles.length - trusted.length;
  if (dropped > 0) {
    const message = `${dropped} lifecycle notifications had a wrong or missing client state and were dropped.`;
    around.log('notification.untrusted', { count: dropped, message }, 'warn');
    await around.noteUntrusted(receivedAt, around.log);
  }
  if (trusted.length === 0) return;
  for (const item of trusted) {
    around.log('subscription.lifecycle', { lifecycle: item.event, subscriptionId: item.subscriptionId });
  }
  if (trusted.some((item) => item.event !== 'reauthorizationRequired')) {
    const doorbells = Feed.options.map((feed) => ({
      feed,
      notified: [],
      receivedAt,
      ringsAt: receivedAt,
      attempt: 0,
    }));
    await around.bus.send(
      'feeds',
      doorbells.map((doorbell) => ({ body: doorbell })),
      { traceparent },
    );
  }
  await around.keepSubscriptions(trusted);
}
