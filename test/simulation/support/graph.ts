import { createBehaviour, type SettingsPatch } from '../../../local/graph/behaviour/behaviour.ts';
import { createDraw } from '../../../local/graph/behaviour/chance.ts';
import { createFaults } from '../../../local/graph/behaviour/faults.ts';
import { createView } from '../../../local/graph/behaviour/lagging-view.ts';
import { createDispatch, type Dispatch } from '../../../local/graph/http/dispatch.ts';
import type { World } from '../../../local/graph/http/exchange.ts';
import { createRouter } from '../../../local/graph/http/router.ts';
import { createStatistics } from '../../../local/graph/http/statistics.ts';
import { createThrottle } from '../../../local/graph/http/throttle.ts';
import { batchRoute } from '../../../local/graph/routes/batch.ts';
import { routes } from '../../../local/graph/routes/index.ts';
import type { Json } from '../../../local/graph/tenant/objects.ts';
import type { Tenant } from '../../../local/graph/tenant/tenant.ts';
import { drainFeed } from '../../../shared/graph/feeds/drain-feed.ts';
import type { Graph } from '../../../shared/graph/index.ts';
import { completeSnapshots } from '../../../shared/graph/read/complete-snapshots.ts';
import { readDevice } from '../../../shared/graph/read/device.ts';
import { readGroup } from '../../../shared/graph/read/group.ts';
import { readOwners } from '../../../shared/graph/read/group-extras.ts';
import { listObjects } from '../../../shared/graph/read/list.ts';
import { createMemberCache } from '../../../shared/graph/read/member-cache.ts';
import { countMembers } from '../../../shared/graph/read/member-counts.ts';
import { readMemberRecords } from '../../../shared/graph/read/member-records.ts';
import { readMembers } from '../../../shared/graph/read/members.ts';
import { readUser } from '../../../shared/graph/read/user.ts';
import { failureOf } from '../../../shared/graph/request/failure-of.ts';
import type { Requester } from '../../../shared/graph/request/requester.ts';
import {
  createSubscription,
  deleteSubscription,
  listSubscriptions,
  reauthorizeSubscription,
  renewSubscription,
} from '../../../shared/graph/subscriptions/calls.ts';
import { readTenantFeatures } from '../../../shared/graph/tenant/features.ts';
import { readGroupSettings } from '../../../shared/graph/tenant/group-settings.ts';
import { readOrganization } from '../../../shared/graph/tenant/organization.ts';
import { silentSubscriptions } from './subscriptions.ts';

export const baseUrl = 'https://graph.test';
const appId = '24d3b144-21ae-4080-943f-7067b395b913';

/**
 * The double and our own reading of it in one process, without network and without the SDK: the
 * double's routes, lag, paging, replays and resets on one side, our parsing on the other.
 */
export function graphInProcess(
  tenant: Tenant,
  now: () => Date,
  behaving: SettingsPatch = {},
  memberCacheMs = 10_000,
) {
  const behaviour = createBehaviour(behaving);
  const statistics = createStatistics();
  const world: World = {
    tenant,
    view: createView(tenant, behaviour, createDraw(1, 'reads')),
    behaviour,
    notifications: silentSubscriptions(tenant.now),
    statistics,
    feedDraw: createDraw(1, 'feed'),
  };
  const dispatch: Dispatch = createDispatch({
    world,
    find: createRouter([...routes, batchRoute(() => dispatch)]),
    faults: createFaults(behaviour, createDraw(1, 'faults')),
    throttle: createThrottle(tenant),
    authenticate: async () => ({ appId }),
  });
  return { graph: assemble(requesterOf(dispatch, now), now, memberCacheMs), behaviour, statistics };
}

function requesterOf(dispatch: Dispatch, now: () => Date): Requester {
  return {
    baseUrl,
    now,
    random: () => 0.5,
    longestWaitMs: 0,
    sleep: async () => undefined,
    async send({ method = 'GET', path, body, headers = {}, permission }) {
      const url = new URL(path, baseUrl);
      const { reply } = await dispatch({
        method,
        target: `${url.pathname}${url.search}`,
        header: (name) => headers[name] ?? headers[name === 'prefer' ? 'Prefer' : name],
        body: body as Json | undefined,
        origin: baseUrl,
      });
      if (reply.status < 300) return { outcome: 'complete', value: { body: reply.body, url: url.href } };
      const asked = { method, path: url.pathname, permission };
      const why = failureOf(reply.status, new Headers(reply.headers ?? {}), reply.body, asked, now());
      return { outcome: 'failed', why };
    },
  };
}

/** The same readers as `createGraph` puts together. */
function assemble(requester: Requester, now: () => Date, memberCacheMs: number): Graph {
  const cache = createMemberCache(memberCacheMs, now);
  const readers = {
    group: (id, needs = {}) => readGroup(requester, true, id, needs),
    user: (id, needs = {}) => readUser(requester, id, needs),
    device: (id) => readDevice(requester, id),
  } satisfies Record<string, Graph['readGroup']>;
  return {
    readObject: ({ kind, id }, needs) => readers[kind](id, needs),
    readGroup: readers.group,
    readUser: readers.user,
    readDevice: readers.device,
    readMembers: (id, { hidden = false } = {}) => readMembers(requester, id, 'members', hidden),
    readTransitiveMembers: (id, { hidden = false } = {}) =>
      readMembers(requester, id, 'transitiveMembers', hidden),
    countMembers: (groups) => countMembers(requester, groups),
    readOwners: (id) => readOwners(requester, id),
    readMemberRecords: (ids) => readMemberRecords(requester, cache, ids),
    completeSnapshots: (snapshots, needs) => completeSnapshots(requester, snapshots, needs),
    listObjects: (kind, { from, extensions = [] } = {}) =>
      listObjects(requester, true, kind, extensions, from),
    drainFeed: (feed, from, needs = {}) => drainFeed(requester, cache, feed, from, needs),
    listSubscriptions: () => listSubscriptions(requester),
    createSubscription: (wanted, expires) => createSubscription(requester, wanted, expires),
    renewSubscription: (id, expires) => renewSubscription(requester, id, expires),
    reauthorizeSubscription: (id) => reauthorizeSubscription(requester, id),
    deleteSubscription: (id) => deleteSubscription(requester, id),
    readGroupSettings: () => readGroupSettings(requester),
    readOrganization: () => readOrganization(requester),
    readTenantFeatures: () => readTenantFeatures(requester),
  };
}
