import type { ObjectKind } from '../domain/index.ts';
import { drainFeed } from './feeds/drain-feed.ts';
import { completeSnapshots } from './read/complete-snapshots.ts';
import { readDevice } from './read/device.ts';
import { readGroup } from './read/group.ts';
import { readOwners } from './read/group-extras.ts';
import { listObjects } from './read/list.ts';
import { createMemberCache } from './read/member-cache.ts';
import { countMembers } from './read/member-counts.ts';
import { readMemberRecords } from './read/member-records.ts';
import { readMembers } from './read/members.ts';
import { readUser } from './read/user.ts';
import { createRequester } from './request/requester.ts';
import type { RequestSettings } from './request/settings.ts';
import {
  createSubscription,
  deleteSubscription,
  listSubscriptions,
  reauthorizeSubscription,
  renewSubscription,
} from './subscriptions/calls.ts';
import { readTenantFeatures } from './tenant/features.ts';
import { readGroupSettings } from './tenant/group-settings.ts';
import { readOrganization } from './tenant/organization.ts';
import type { Graph } from './types.ts';

export type GraphSettings = RequestSettings & {
  /** Read `writebackConfiguration` from Graph beta. Off for clouds whose beta lacks it. On unless told. */
  readonly writebackConfiguration?: boolean;
  /** How long a member's record is used again, in milliseconds; 0 for never. 10 s unless told. */
  readonly memberCacheMs?: number;
};

/**
 * Microsoft Graph at an address, with an identity. Everything that Graph or the network does wrong is
 * a failure in the answer; only settings that cannot work throw.
 */
export function createGraph(settings: GraphSettings): Graph {
  const { writebackConfiguration = true, memberCacheMs = 10_000, ...requests } = settings;
  const requester = createRequester(requests);
  const cache = createMemberCache(memberCacheMs, settings.now);

  const readers: Readonly<Record<ObjectKind, Graph['readGroup']>> = {
    group: (id, needs = {}) => readGroup(requester, writebackConfiguration, id, needs),
    user: (id, needs = {}) => readUser(requester, id, needs),
    device: (id) => readDevice(requester, id),
  };

  return {
    readObject: ({ kind, id }, needs) => readers[kind](id, needs),
    readGroup: readers.group,
    readUser: readers.user,
    readDevice: readers.device,
    readMembers: (group, { hidden = false } = {}) => readMembers(requester, group, 'members', hidden),
    readTransitiveMembers: (group, { hidden = false } = {}) =>
      readMembers(requester, group, 'transitiveMembers', hidden),
    countMembers: (groups) => countMembers(requester, groups),
    readOwners: (group) => readOwners(requester, group),
    readMemberRecords: (ids) => readMemberRecords(requester, cache, ids),
    completeSnapshots: (snapshots, needs) => completeSnapshots(requester, snapshots, needs),
    listObjects: (kind, { from, extensions = [] } = {}) =>
      listObjects(requester, writebackConfiguration, kind, extensions, from),
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
