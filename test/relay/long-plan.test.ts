import { afterAll, beforeAll, expect, test } from 'vitest';
import { bySid, complete, desiredGroup, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({}, { lock: 'PT2S' });
});
afterAll(() => world.stop());

test('a plan that takes longer than the lock keeps its session: nobody else gets it, and no delivery is counted', async () => {
  const desired = desiredGroup();
  await world.outcomeOf(writeIntent(desired));
  world.dc.pause();
  const intent = writeIntent(desired, complete(world.seeded.people.map(({ sid }) => bySid(sid))));
  await world.send(intent);
  const lockedUntil = (): number => world.broker.peek('intents')[0]?.lockedUntil ?? 0;
  await until(() => lockedUntil() > 0);
  const first = lockedUntil();
  await until(() => lockedUntil() > first + 4_000);
  expect(world.broker.peek('intents')).toMatchObject([{ deliveryCount: 0 }]);
  world.dc.resume();
  expect(await world.waitFor(intent.intentId)).toMatchObject({
    result: 'applied',
    membersAdded: world.seeded.people.length,
  });
  expect(world.lines.filter(({ event }) => event === 'intent.applied')).toHaveLength(2);
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((later) => setTimeout(later, 20));
}
