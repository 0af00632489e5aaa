import type { Doorbell } from '../../../shared/bus/index.ts';
import { EntraId, momentOf } from '../../../shared/domain/index.ts';
import { createPlayer, seedPeople } from '../../simulation/support/history.ts';
import { createWorld, type World, type WorldOptions } from '../../simulation/support/world.ts';

export { createWorld, type World } from '../../simulation/support/world.ts';

export const minute = 60_000;

/** A tenant with five synced people and nothing else, whose first synchronisation is over. */
export async function startedWorld(options: WorldOptions = {}) {
  const world = createWorld(options);
  const people = seedPeople(world);
  const player = createPlayer(world, people);
  for (let times = 0; times < 2; times += 1) {
    await world.minute();
    await world.settle();
    world.clock.now += 16 * minute;
  }
  return { ...world, people, player };
}

export type Started = Awaited<ReturnType<typeof startedWorld>>;

let number = 0;

/** A Microsoft 365 group, as a person creates it. */
export function createGroup(
  world: Pick<World, 'tenant'>,
  members: readonly string[] = [],
  more = {},
): EntraId {
  number += 1;
  const properties = {
    displayName: `Team ${number}`,
    mailNickname: `team${number}`,
    mailEnabled: true,
    securityEnabled: false,
    groupTypes: ['Unified'],
    ...more,
  };
  return EntraId.parse(world.tenant.create('group', properties, { members }).id);
}

/** A doorbell that rings now, or rang some time ago. */
export function doorbell(world: Pick<World, 'now'>, notified: readonly EntraId[] = [], agoMs = 0): Doorbell {
  const receivedAt = momentOf(new Date(world.now().getTime() - agoMs));
  return { feed: 'groups', notified, receivedAt, ringsAt: receivedAt, attempt: 0 };
}

/** The members that AD holds of a group: SIDs, or the markers of groups. */
export const membersInAd = (world: Pick<World, 'ad'>, id: string): readonly string[] | undefined => {
  const held = world.ad.objects.get(`group:${id}`);
  return held && [...held.members].toSorted();
};

/** The SID of one of the people. */
export const sid = (index: number): string => `S-1-5-21-1-2-3-${2000 + index}`;

/** Graph's answers since the last call of this, by route. */
export function requestsOf({ statistics }: Pick<World, 'statistics'>) {
  const report = statistics.report();
  statistics.reset();
  return Object.fromEntries(Object.entries(report.routes).map(([route, { requests }]) => [route, requests]));
}
