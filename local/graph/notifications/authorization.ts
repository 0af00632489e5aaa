import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Endpoint } from './endpoint.ts';
import type { LifecycleEvent, WideJson } from './item.ts';
import type { Subscription } from './subscription.ts';

/** How long notifications of a subscription that lost its authorisation are kept for its return. */
export const retainedMs = 4 * 60 * 60 * 1000;

type Parts = {
  readonly behaviour: Behaviour;
  readonly now: () => number;
  readonly sendLifecycle: (subscription: Subscription, event: LifecycleEvent) => void;
};

/**
 * A subscription lives on the token of its creator. Before that token ends Graph sends `reauthorizationRequired`;
 * until the app answers it (reauthorize or renew) later notifications are kept, at most four hours. Subscriptions
 * without a lifecycle URL cannot be warned and are left alone.
 */
export const createAuthorizations = ({ behaviour, now, sendLifecycle }: Parts) => {
  const retained = new Map<string, { readonly item: WideJson; readonly at: number }[]>();
  const warned = new Map<string, number>();

  return {
    isAuthorized: ({ authorizedUntil, lifecycleNotificationUrl }: Subscription): boolean =>
      lifecycleNotificationUrl === undefined || now() < authorizedUntil,
    retain: ({ id }: Subscription, item: WideJson): void => {
      const items = retained.get(id) ?? [];
      items.push({ item, at: now() });
      retained.set(id, items);
    },
    /** Delivers what was kept for a subscription that is authorised again. */
    release: (subscription: Subscription, endpoint: (url: string) => Endpoint): void => {
      const items = retained.get(subscription.id) ?? [];
      retained.delete(subscription.id);
      for (const { item, at } of items) {
        if (now() - at <= retainedMs) endpoint(subscription.notificationUrl).enqueue(item, 0);
      }
    },
    /** Warns each subscription once of the end of its present authorisation. */
    warn: (subscriptions: readonly Subscription[]): void => {
      for (const subscription of subscriptions) {
        const { id, authorizedUntil } = subscription;
        if (
          warned.get(id) === authorizedUntil ||
          now() < authorizedUntil - behaviour.settings.subscriptions.warnBeforeMs
        )
          continue;
        warned.set(id, authorizedUntil);
        sendLifecycle(subscription, 'reauthorizationRequired');
      }
    },
  };
};

export type Authorizations = ReturnType<typeof createAuthorizations>;
