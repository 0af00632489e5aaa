import { seedSynthetic } from '../../local/graph/synthetic.ts';
import { readNotificationBody } from '../../shared/classify/index.ts';
import { momentOf } from '../../shared/domain/index.ts';
import { receiveNotifications } from '../../shared/flow/receive/receive-notifications.ts';
import { startSweep, sweepSlice } from '../../shared/flow/sweep/index.ts';
import { loadPolicy } from '../../shared/policy/index.ts';
import { clientState, createWorld, type World } from '../simulation/support/world.ts';
import type { Row } from './report.ts';

/**
 * What the cloud side asks of Graph, in requests and in the resource units by which Graph throttles.
 * The Graph double, the queues and AD are in this process and time is virtual, so that a week takes a
 * minute: these are counts, not times. A `$batch` counts as each of its parts and itself.
 */
export async function benchGraphCost(): Promise<readonly Row[]> {
  return [
    ...(await oneMember(100_000)),
    ...(await tenantOf(10_000, 500_000)),
    ...(await unchangedUsers(10_000)),
  ];
}

const minute = 60_000;

function newWorld(rules = 'groups:\n  - rule: all\n    writeback: true\n'): World {
  const loaded = loadPolicy(rules);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  const settings = { NOTIFICATION_URL: 'https://functions.test' };
  return createWorld({ policy: loaded.policy, settings });
}

/** Requests and units since the last call of this. */
function spent({ statistics }: World): { readonly requests: number; readonly units: number } {
  const { requests, units } = statistics.report();
  statistics.reset();
  return { requests, units };
}

const rows = (what: string, { requests, units }: ReturnType<typeof spent>): readonly Row[] => [
  { what: `${what}: requests`, value: requests, unit: '' },
  { what: `${what}: resource units`, value: units, unit: '' },
];

/** One member more: the notification, the feed, the write, and the second look five minutes later. */
async function oneMember(members: number): Promise<readonly Row[]> {
  const world = newWorld();
  const { users, groups } = seedSynthetic(world.tenant, {
    users: members + 1,
    groups: 1,
    memberships: members,
  });
  const [group] = groups;
  if (!group) throw new Error('No group was made.');
  await world.pass(40 * minute);
  const held = () => world.ad.objects.get(`group:${group.id}`)?.members.size;
  if (held() !== members) throw new Error(`AD has ${held()} members, not ${members}.`);
  const isIn = new Set(world.tenant.store.links.of('members', group.id));
  const added = users.find(({ id }) => !isIn.has(id));
  if (!added) throw new Error('Everybody is a member.');
  spent(world);
  world.tenant.link('members', group.id, [added.id]);
  await notify(world, group.id);
  // No timers: what a quiet tenant costs anyway is counted apart.
  await world.pass(10 * minute, false);
  if (held() !== members + 1) throw new Error('The member was not written.');
  return rows(`one member added to a group of ${members.toLocaleString('en')}`, spent(world));
}

async function notify(world: World, id: string): Promise<void> {
  const receivedAt = momentOf(world.now());
  const item = { clientState, changeType: 'updated', resource: `Groups/${id}`, resourceData: { id } };
  const { notifications, refused } = readNotificationBody({ value: [item] }, receivedAt);
  await receiveNotifications(notifications, refused, [clientState], receivedAt, world.trace, world.around);
}

/** The first synchronisation of a tenant with its second look, and what an hour costs when nothing happens. */
async function tenantOf(groups: number, memberships: number): Promise<readonly Row[]> {
  const world = newWorld();
  seedSynthetic(world.tenant, { users: 20_000, groups, memberships });
  const name = `${groups.toLocaleString('en')} groups with ${memberships.toLocaleString('en')} memberships`;
  const startedAt = world.clock.now;
  let most = 0;
  let used = spent(world);
  const total = { requests: 0, units: 0 };
  while (world.named('sweep.answered').length === 0) {
    await world.pass(10_000);
    used = spent(world);
    most = Math.max(most, used.units);
    total.requests += used.requests;
    total.units += used.units;
  }
  const minutes = (world.clock.now - startedAt) / minute;
  if (world.ad.objects.size !== groups) throw new Error(`AD has ${world.ad.objects.size} groups.`);
  while (world.named('sweep.answered').length < 2) await world.pass(minute);
  const second = spent(world);
  await hours(world, 24);
  spent(world);
  await hours(world, 7 * 24);
  const week = spent(world);
  const hour = { requests: Math.round(week.requests / 168), units: Math.round(week.units / 168) };
  return [
    ...rows(`first synchronisation of ${name}`, total),
    { what: 'which takes, at 50 groups a second', value: Math.round(minutes), unit: 'min' },
    { what: 'most resource units in ten seconds of it', value: most, unit: '' },
    ...rows('its second look a quarter of an hour later', second),
    ...rows('an idle hour of that tenant, mean of a week', hour),
  ];
}

/** A sweep over written users with managers, who are in no list of Graph. */
async function unchangedUsers(count: number): Promise<readonly Row[]> {
  const world = newWorld('users:\n  - rule: all\n');
  const [manager] = seedSynthetic(world.tenant, { users: 1, groups: 0, memberships: 0 }).users;
  for (let index = 0; index < count; index += 1) {
    const name = `person${index}`;
    const properties = { displayName: name, userPrincipalName: `${name}@contoso.com`, accountEnabled: true };
    world.tenant.seed.user(properties, { manager: manager ? [manager.id] : [] });
  }
  await world.pass(30 * minute);
  if (world.ad.marked('user').length !== count) throw new Error('Not all users were written.');
  spent(world);
  await startSweep('user', { why: 'request' }, world.trace, world.around.sweeping);
  await world.pass(5 * minute, false);
  const answered = world.named('sweep.answered').at(-1);
  if (answered?.called !== 0 || answered.compared !== count) throw new Error(JSON.stringify(answered));
  return rows(`a sweep over ${count.toLocaleString('en')} users that have not changed`, spent(world));
}

/** Lets hours pass with all timers: feeds every minute, settings and subscriptions every five, a slice each hour. */
async function hours(world: World, count: number): Promise<void> {
  for (let hour = 0; hour < count; hour += 1) {
    for (const kind of ['group', 'user', 'device'] as const)
      await sweepSlice(kind, world.trace, world.around.sweeping);
    for (let five = 0; five < 12; five += 1) {
      await world.watchTenant();
      await world.around.keepSubscriptions([]);
      await world.pass(5 * minute);
    }
  }
}
