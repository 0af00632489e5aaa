import { GraphError } from '../../../local/graph/http/graph-error.ts';
import { expiryOf, subscriptionRequest } from '../../../local/graph/notifications/rules.ts';
import type { NotificationService } from '../../../local/graph/notifications/service.ts';
import type { Subscription } from '../../../local/graph/notifications/subscription.ts';

/** Subscriptions as Graph keeps them, of which nothing is sent: in the simulation notifications are made by hand. */
export function silentSubscriptions(now: () => number): NotificationService {
  const kept = new Map<string, Subscription>();
  let made = 0;
  const get = (id: string): Subscription => {
    const found = kept.get(id);
    if (!found || found.expiresAt <= now())
      throw new GraphError(404, 'ResourceNotFound', `There is no ${id}.`);
    return found;
  };
  const put = (one: Subscription): Subscription => {
    kept.set(one.id, one);
    return one;
  };
  return {
    create: async (body, { appId }) => {
      made += 1;
      const owner = { applicationId: appId, creatorId: appId, authorizedUntil: Number.POSITIVE_INFINITY };
      return put({ ...subscriptionRequest(body, now()), id: `subscription-${made}`, ...owner });
    },
    list: () => [...kept.values()].filter(({ expiresAt }) => expiresAt > now()),
    get,
    renew: (id, expires) => put({ ...get(id), expiresAt: expiryOf(expires, now()) }),
    reauthorize: (id) => void get(id),
    remove: (id) => void kept.delete(get(id).id),
    deliverLifecycle: () => 0,
    keepTime: () => undefined,
    settled: async () => undefined,
    stop: () => undefined,
  };
}
