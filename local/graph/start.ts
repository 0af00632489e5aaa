import { type Behaviour, createBehaviour, type SettingsPatch } from './behaviour/behaviour.ts';
import { createDraw } from './behaviour/chance.ts';
import { createFaults } from './behaviour/faults.ts';
import { createView } from './behaviour/lagging-view.ts';
import { createAuthenticate, type VerifyToken } from './http/authenticate.ts';
import { createServerCertificate } from './http/certificates.ts';
import { createDispatch, type Dispatch } from './http/dispatch.ts';
import type { World } from './http/exchange.ts';
import { listen } from './http/listener.ts';
import { createRouter } from './http/router.ts';
import { createStatistics, type Statistics } from './http/statistics.ts';
import { createThrottle } from './http/throttle.ts';
import type { LifecycleEvent } from './notifications/item.ts';
import { createNotificationService } from './notifications/service.ts';
import { batchRoute } from './routes/batch.ts';
import { routes } from './routes/index.ts';
import type { Seed } from './tenant/ids.ts';
import type { Tenant } from './tenant/tenant.ts';

export type GraphOptions = {
  readonly tenant: Tenant;
  /** Where the CA file is written. */
  readonly certificateDirectory: string;
  readonly verifyToken: VerifyToken;
  /** A bearer token that is always valid, may do everything, and opens `/local`. */
  readonly adminToken: string;
  /** 127.0.0.1 unless told. */
  readonly host?: string;
  /** A free one unless told. */
  readonly port?: number;
  readonly behaviour?: SettingsPatch;
  /** Decides everything random; the same seed and calls, the same events. */
  readonly seed?: Seed;
};

/** A running Graph double. */
export type Graph = {
  /** `https://host:port`, without a version. */
  readonly url: string;
  readonly caFile: string;
  readonly tenant: Tenant;
  readonly behaviour: Behaviour;
  readonly statistics: Statistics;
  /** Sends a lifecycle notification to one subscription or to all; answers to how many. */
  deliverLifecycle(event: LifecycleEvent, subscriptionId?: string): number;
  /** Resolves when no notification is waiting, travelling or being retried. */
  settled(): Promise<void>;
  stop(): Promise<void>;
};

/** Starts the double for a tenant. Nothing is persisted; stopping forgets subscriptions and settings. */
export const startGraph = async (options: GraphOptions): Promise<Graph> => {
  const {
    tenant,
    certificateDirectory,
    verifyToken,
    adminToken,
    host = '127.0.0.1',
    port = 0,
    seed = 1,
  } = options;
  const behaviour = createBehaviour(options.behaviour, ({ clockAheadMs }) => tenant.shiftClock(clockAheadMs));
  const statistics = createStatistics();
  const notifications = createNotificationService({ tenant, behaviour, statistics, seed });
  const world: World = {
    tenant,
    view: createView(tenant, behaviour, createDraw(seed, 'reads')),
    behaviour,
    notifications,
    statistics,
    feedDraw: createDraw(seed, 'feed'),
  };

  const answer: Dispatch = createDispatch({
    world,
    find: createRouter([...routes, batchRoute(() => answer)]),
    faults: createFaults(behaviour, createDraw(seed, 'faults')),
    throttle: createThrottle(tenant),
    authenticate: createAuthenticate(verifyToken, adminToken),
  });
  const certificate = await createServerCertificate(certificateDirectory, host);
  const listening = await listen(answer, certificate, host, port);

  return {
    url: listening.url,
    caFile: certificate.caFile,
    tenant,
    behaviour,
    statistics,
    deliverLifecycle: notifications.deliverLifecycle,
    settled: notifications.settled,
    stop: async () => {
      notifications.stop();
      await listening.close();
    },
  };
};
