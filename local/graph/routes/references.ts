import type { World } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import type { Route } from '../http/router.ts';
import { checkedMembers, checkMembersWritable } from '../rules/membership.ts';
import { refuseSynced } from '../rules/writing.ts';
import type { DirectoryObject, LinkName } from '../tenant/objects.ts';
import { sortedUnique } from '../tenant/sorted-ids.ts';
import { type LinkRule, type ReadIds, readLinkRoutes, writeLinkRoutes } from './links.ts';

const linked =
  (link: LinkName): ReadIds =>
  ({ view }, id) =>
    view.linkedIds(link, id);

const containers: ReadIds = ({ tenant }, id) =>
  tenant.store.links.to('members', id).filter(tenant.store.isLive);

/** Everything reachable by a step, without the start and without going round in circles. */
const reachable =
  (step: ReadIds): ReadIds =>
  (world, start) => {
    const found = new Set<string>();
    const queue = [start];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      for (const next of step(world, id)) {
        if (found.has(next) || next === start) continue;
        found.add(next);
        queue.push(next);
      }
    }
    return sortedUnique(found);
  };

const reversed =
  (link: LinkName, kind: DirectoryObject['kind']): ReadIds =>
  ({ tenant }, id) =>
    tenant.store.links.to(link, id).filter((from) => tenant.find(from)?.kind === kind);

const members: LinkRule = {
  mayWrite: checkMembersWritable,
  mayAdd: (world, group, id) => {
    checkedMembers(world, group, [id]);
  },
};

const only =
  (...kinds: readonly DirectoryObject['kind'][]) =>
  ({ tenant }: World, _from: DirectoryObject, id: string): void => {
    const kind = tenant.find(id)?.kind;
    if (!kind || !kinds.includes(kind))
      throw invalidRequest(
        `An object of type ${kind} cannot be referenced here; allowed: ${kinds.join(', ')}.`,
      );
  };

const administrativeUnits = ['directory/administrativeUnits', 'administrativeUnits'].flatMap((collection) => [
  ...readLinkRoutes('administrativeUnit', 'members', linked('members'), 3, collection),
  ...writeLinkRoutes(
    'administrativeUnit',
    'members',
    { mayAdd: only('user', 'group', 'device') },
    collection,
  ),
]);

export const referenceRoutes: readonly Route[] = [
  ...readLinkRoutes('group', 'members', linked('members'), 3),
  ...readLinkRoutes('group', 'transitiveMembers', reachable(linked('members')), 5),
  ...readLinkRoutes('group', 'owners', linked('owners'), 1),
  ...writeLinkRoutes('group', 'members', members),
  ...writeLinkRoutes('group', 'owners', { mayWrite: refuseSynced, mayAdd: only('user', 'servicePrincipal') }),
  ...readLinkRoutes('device', 'registeredOwners', linked('registeredOwners')),
  ...readLinkRoutes('device', 'registeredUsers', linked('registeredUsers')),
  ...writeLinkRoutes('device', 'registeredOwners', { mayAdd: only('user', 'servicePrincipal') }),
  ...writeLinkRoutes('device', 'registeredUsers', { mayAdd: only('user', 'servicePrincipal') }),
  ...(['group', 'user', 'device', 'servicePrincipal', 'orgContact'] as const).flatMap((kind) => [
    ...readLinkRoutes(kind, 'memberOf', containers, 2),
    ...readLinkRoutes(kind, 'transitiveMemberOf', reachable(containers), 2),
  ]),
  ...readLinkRoutes('user', 'directReports', reversed('manager', 'user')),
  ...readLinkRoutes('user', 'registeredDevices', reversed('registeredUsers', 'device')),
  ...readLinkRoutes('user', 'ownedDevices', reversed('registeredOwners', 'device')),
  ...administrativeUnits,
];
