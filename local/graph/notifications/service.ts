import type { Behaviour } from '../behaviour/behaviour.ts';
import { createDraw } from '../behaviour/chance.ts';
import type { Caller } from '../http/exchange.ts';
import { GraphError } from '../http/graph-error.ts';
import type { JsonObject } from '../http/parameter.ts';
import type { Statistics } from '../http/statistics.ts';
import { createIds, type Seed } from '../tenant/ids.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { createAuthorizations } from './authorization.ts';
import { createEndpoint, type Endpoint } from './endpoint.ts';
import { handshake } from './handshake.ts';
import { type LifecycleEvent, lifecycleItem } from './item.ts';
import { createNotifier } from './notifier.ts';
import { checkAgainst, expiryOf, subscriptionRequest } from './rules.ts';
import type { Subscription } from './subscription.ts';
import { createTimers } from './timers.ts';

/** Subscriptions and everything that is sent because of them. */
export type NotificationService = {
  /** Validates, shakes hands with the endpoints, and only then subscribes. */
  create(body: JsonObject, caller: Caller): Promise<Subscription>;
  list(caller: Caller): readonly Subscription[];
  /** @throws GraphError 404 when it does not exist, has expired or belongs to another app. */
  get(id: string, caller: Caller): Subscription;
  /** Sets a new expiry, which also renews the authorisation. */
  renew(id: string, expirationDateTime: unknown, caller: Caller): Subscription;
  reauthorize(id: string, caller: Caller): void;
  remove(id: string, caller: Caller): void;
  /** Sends a lifecycle notification to one subscription or to all; `subscriptionRemoved` also removes. Answers how many. */
  deliverLifecycle(event: LifecycleEvent, subscriptionId?: string): number;
  /** Does what is due by the tenant's clock: warns of authorisations that end soon. Runs by itself every few seconds. */
  keepTime(): void;
  /** Resolves when every notification was delivered, dropped or given up. */
  settled(): Promise<void>;
  stop(): void;
};

type Parts = {
  readonly tenant: Tenant;
  readonly behaviour: Behaviour;
  readonly statistics: Statistics;
  readonly seed: Seed;
};

const keepTimeEveryMs = 5_000;

export const createNotificationService = ({
  tenant,
  behaviour,
  statistics,
  seed,
}: Parts): NotificationService => {
  const subscriptions = new Map<string, Subscription>();
  const endpoints = new Map<string, Endpoint>();
  const timers = createTimers();
  const nextId = createIds(seed, 'subscription');
  const { now } = tenant;

  const endpoint = (url: string): Endpoint => {
    const known = endpoints.get(url) ?? createEndpoint({ url, behaviour, statistics, timers, now });
    endpoints.set(url, known);
    return known;
  };

  const active = (): readonly Subscription[] => {
    for (const subscription of subscriptions.values()) {
      if (subscription.expiresAt <= now()) subscriptions.delete(subscription.id);
    }
    return [...subscriptions.values()];
  };

  const sendLifecycle = (subscription: Subscription, event: LifecycleEvent): void => {
    if (subscription.lifecycleNotificationUrl === undefined) return;
    endpoint(subscription.lifecycleNotificationUrl).post([
      lifecycleItem(subscription, tenant.tenantId, event),
    ]);
  };

  const authorizations = createAuthorizations({ behaviour, now, sendLifecycle });
  const draw = createDraw(seed, 'notifications');
  createNotifier({ tenant, behaviour, statistics, draw, active, endpoint, authorizations });

  const list = (caller: Caller) =>
    active().filter(({ applicationId }) => caller.isAdmin || applicationId === caller.appId);
  const get = (id: string, caller: Caller): Subscription => {
    const found = list(caller).find((each) => each.id === id);
    if (!found)
      throw new GraphError(404, 'ResourceNotFound', `The object was not found: subscription ${id}.`);
    return found;
  };
  const put = (subscription: Subscription): Subscription => {
    subscriptions.set(subscription.id, subscription);
    authorizations.release(subscription, endpoint);
    return subscription;
  };
  const authorizedUntil = () => now() + behaviour.settings.subscriptions.authorizedForMs;

  const clock = setInterval(() => authorizations.warn(active()), keepTimeEveryMs);
  clock.unref();

  return {
    create: async (body, caller) => {
      const request = subscriptionRequest(body, now());
      const { quota, handshakeMs } = behaviour.settings.subscriptions;
      const own = () => active().filter(({ applicationId }) => applicationId === caller.appId);
      checkAgainst(own(), request, quota);
      await handshake(request.notificationUrl, handshakeMs);
      if (request.lifecycleNotificationUrl !== undefined)
        await handshake(request.lifecycleNotificationUrl, handshakeMs);
      checkAgainst(own(), request, quota);
      return put({
        ...request,
        id: nextId(),
        applicationId: caller.appId,
        creatorId: caller.objectId ?? caller.appId,
        authorizedUntil: authorizedUntil(),
      });
    },
    list,
    get,
    renew: (id, expirationDateTime, caller) =>
      put({
        ...get(id, caller),
        expiresAt: expiryOf(expirationDateTime, now()),
        authorizedUntil: authorizedUntil(),
      }),
    reauthorize: (id, caller) => {
      put({ ...get(id, caller), authorizedUntil: authorizedUntil() });
    },
    remove: (id, caller) => {
      subscriptions.delete(get(id, caller).id);
    },
    deliverLifecycle: (event, subscriptionId) => {
      const addressed = active().filter(({ id }) => subscriptionId === undefined || id === subscriptionId);
      for (const subscription of addressed) {
        sendLifecycle(subscription, event);
        if (event === 'subscriptionRemoved') subscriptions.delete(subscription.id);
      }
      return addressed.length;
    },
    keepTime: () => authorizations.warn(active()),
    settled: timers.settled,
    stop: () => {
      clearInterval(clock);
      timers.stop();
    },
  };
};
