import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBus } from '../../shared/bus/index.ts';
import type { Outcome, WriteIntent } from '../../shared/domain/index.ts';
import { bySid, complete, delta, desiredGroup, unchanged, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

/** The fast lane: an object that is called for is written before the many that came first. */

let world: World;
beforeAll(async () => {
  world = await startWorld({ concurrency: 1 });
});
afterAll(() => world.stop());

const person = (index: number) => bySid(world.seeded.people[index]?.sid ?? '');
const callFor = (intent: WriteIntent) =>
  createBus(world.client).send('intents', [{ body: { type: 'express', object: intent.object } }]);

/** Sends much work, and counts what of it is done. */
async function muchWork(objects: number) {
  const intents = Array.from({ length: objects }, () => writeIntent(desiredGroup(), unchanged));
  let done = 0;
  const all = intents.map(async ({ intentId }) => {
    await world.waitFor(intentId);
    done += 1;
  });
  await world.send(...intents);
  return { done: () => done, all: () => Promise.all(all) };
}

test('an object that is called for is written before the work that waited before it, in its own order', async () => {
  const work = await muchWork(40);
  const desired = desiredGroup();
  const first = writeIntent(desired, complete([person(0), person(1)]));
  const second = writeIntent(desired, delta([], [person(0)]));
  const outcomes: Outcome[] = [];
  const wait = [first, second].map(async ({ intentId }) => outcomes.push(await world.waitFor(intentId)));
  await world.send(first, second);
  await callFor(first);
  await Promise.all(wait);
  expect(work.done()).toBeLessThan(20);
  expect(outcomes.map(({ intentId }) => intentId)).toEqual([first.intentId, second.intentId]);
  expect(outcomes.map(({ membersAdded, membersRemoved }) => [membersAdded, membersRemoved])).toEqual([
    [2, 0],
    [0, 1],
  ]);
  expect(await world.membersOf(`CN=${desired.commonName},${world.seeded.writebackOu}`)).toEqual([
    world.seeded.people[1]?.dn,
  ]);
  await work.all();
}, 60_000);

test('a call for an object without work does no harm, and neither does one that comes twice', async () => {
  const idle = writeIntent(desiredGroup(), unchanged);
  const busy = writeIntent(desiredGroup(), unchanged);
  await callFor(idle);
  await world.send(busy);
  await Promise.all([callFor(busy), callFor(busy)]);
  expect(await world.waitFor(busy.intentId)).toMatchObject({ result: 'applied' });
  expect(await world.outcomeOf(idle)).toMatchObject({ result: 'applied' });
  expect(world.lines.filter(({ event }) => event === 'message.rejected')).toEqual([]);
});

test('a relay that starts with work before it takes what is called for as well', async () => {
  await world.relay.stop();
  const work = await muchWork(40);
  const wanted = writeIntent(desiredGroup(), unchanged);
  await world.send(wanted);
  await callFor(wanted);
  await world.restartRelay();
  await world.waitFor(wanted.intentId);
  expect(work.done()).toBeLessThan(20);
  await work.all();
}, 60_000);
