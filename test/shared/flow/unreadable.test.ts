import { expect, it } from 'vitest';
import { createGroup, membersInAd, minute, startedWorld } from './world.ts';

type Fault = { readonly path: string; readonly status: number };

/** A written group that has been purged, and what people are told of it. */
async function purgedGroup({ path, status }: Fault) {
  const world = await startedWorld();
  const id = createGroup(world);
  await world.pass(16 * minute);
  world.behaviour.change({ faults: [{ path, effect: { kind: 'status', status } }] });
  world.tenant.softDelete(id);
  world.tenant.purge(id);
  const told = () =>
    world.alerts
      .filter(({ violation }) => violation.about?.id === id)
      .map(({ event, violation: { code, message } }) => ({ event, code, message }));
  return { world, id, told };
}

const bin = 'directory/deletedItems';

it('An object that cannot be read for want of a permission stays in AD, people are told, and it ends when it can', async () => {
  const { world, id, told } = await purgedGroup({ path: bin, status: 403 });
  await world.pass(2 * minute);
  expect(told()).toEqual([]);
  await world.pass(10 * minute);
  expect(told()).toEqual([
    {
      event: 'opened',
      code: 'GRAPH_UNREADABLE',
      message: expect.stringContaining('the application permission Group.Read.All'),
    },
  ]);
  expect(membersInAd(world, id)).toBeDefined();

  world.behaviour.change({ faults: [] });
  await world.pass(70 * minute);
  expect(told().map(({ event }) => event)).toEqual(['opened', 'resolved']);
  expect(membersInAd(world, id)).toBeUndefined();
});

it('That Graph itself is away is not told of each object', async () => {
  const { world, id, told } = await purgedGroup({ path: bin, status: 503 });
  await world.pass(20 * minute);
  expect(told()).toEqual([]);
  expect(membersInAd(world, id)).toBeDefined();
});
