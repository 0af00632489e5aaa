import { expect, it } from 'vitest';
import { readNotificationBody } from '../../../shared/classify/index.ts';
import { momentOf } from '../../../shared/domain/index.ts';
import { receiveNotifications } from '../../../shared/flow/receive/receive-notifications.ts';
import { clientState } from '../../simulation/support/world.ts';
import { createGroup, minute, requestsOf, type Started, startedWorld } from './world.ts';

const groups = 2000;
const rounds = 50;

/** One webhook POST that speaks of each of these groups. */
async function notifyOf(world: Started, ids: readonly string[]): Promise<void> {
  const value = ids.map((id) => ({
    clientState,
    changeType: 'updated',
    resource: `Groups/${id}`,
    resourceData: { id },
  }));
  const receivedAt = momentOf(world.now());
  const { notifications, refused } = readNotificationBody({ value }, receivedAt);
  const around = world.app.withLog(() => undefined);
  await receiveNotifications(notifications, refused, [clientState], receivedAt, world.trace, around);
}

const descriptionsOf = (world: Started, ids: readonly string[]) =>
  ids.map((id) => world.ad.objects.get(`group:${id}`)?.attributes.get('description')?.[0]);

const doorbellOf = ({ queues, clock }: Started) => queues.first('feeds/groups', clock.now);

it('a backlog of 100,000 notifications for 2,000 groups ends in about 2,000 evaluations', async () => {
  const world = await startedWorld({ feeds: ['groups'], tickMs: 1 });
  const ids = Array.from({ length: groups }, () => createGroup(world));
  requestsOf(world);
  for (let round = 0; round < rounds; round += 1) {
    world.clock.now += 100;
    for (const id of ids) world.tenant.update(id, { description: `Round ${round}` });
    await notifyOf(world, ids);
  }
  expect(world.queues.sent('changes')).toBe(groups * rounds);
  world.clock.now += 1000;
  // Each queue has workers of its own: the one session of the feed does not wait for two thousand others.
  for (let next = doorbellOf(world); next; next = doorbellOf(world)) await world.deliver(next);
  await world.settle();

  expect(world.named('change.coalesced').length + world.named('change.decided').length).toBeGreaterThan(
    groups * rounds,
  );
  expect(world.named('change.decided').length).toBeLessThan(groups * 1.1);
  const requests = requestsOf(world);
  expect(requests['GET /groups/{id}']).toBeLessThan(groups * 1.1);
  expect(new Set(descriptionsOf(world, ids))).toEqual(new Set([`"Round ${rounds - 1}"`]));
}, 120_000);

it('signs that come while Graph is away wait together: each object is looked at about once when it is back', async () => {
  const world = await startedWorld({ feeds: ['groups'] });
  const ids = Array.from({ length: 20 }, () => createGroup(world));
  await world.pass(10 * minute);
  world.behaviour.change({
    faults: [{ path: '/(groups|\\$batch)', effect: { kind: 'status', status: 503 } }],
  });
  let most = 0;
  for (let round = 0; round < 100; round += 1) {
    for (const id of ids) world.tenant.update(id, { description: `Round ${round}` });
    await notifyOf(world, ids);
    await world.pass(3000, false);
    most = Math.max(most, world.queues.count('changes'));
  }
  expect(most).toBeLessThan(ids.length * 6);
  world.behaviour.change({ faults: [] });
  const before = world.named('change.decided').length;
  await world.pass(4 * minute, false);
  expect(world.named('change.decided').length - before).toBeLessThan(ids.length * 4);
  expect(new Set(descriptionsOf(world, ids))).toEqual(new Set(['"Round 99"']));
});
