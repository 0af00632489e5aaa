import { expect, it } from 'vitest';
import { runStep, type StepDeps } from '../../../shared/flow/sweep/index.ts';
import type { Waiting } from '../../simulation/support/queues.ts';
import type { World } from '../../simulation/support/world.ts';
import { newWorld, sweep } from './sweep-world.ts';
import { minute } from './world.ts';

it.each([
  ['while the next page is read', 'listObjects'],
  ['before it is noted that the sweep is over', 'send'],
] as const)('a sweep counts answers of the relay that come %s', async (_when, call) => {
  const world = newWorld(1200);
  await world.pass(20 * minute);
  await sweep(world);
  await world.pass(10 * minute, false);
  const answered = world.named('sweep.answered').length;
  await sweep(world);
  const { graph, bus } = world.around.sweeping;
  const deps: StepDeps = {
    ...world.around.sweeping,
    graph: {
      ...graph,
      async *listObjects(...asked) {
        for await (const page of graph.listObjects(...asked)) {
          if (call === 'listObjects') await answer(world);
          yield page;
        }
      },
    },
    bus: {
      ...bus,
      async send(...sent) {
        await bus.send(...sent);
        if (call === 'send') await answer(world);
      },
    },
  };
  const isDoorbell = ({ queue }: Waiting): boolean => queue === 'feeds';
  for (let step = waiting(world, isDoorbell); step; step = waiting(world, isDoorbell)) {
    if (step.queue === 'feeds' && step.body.type === 'sweep') await runStep(step.body, world.trace, deps);
    world.queues.complete(step);
  }
  await world.settle();
  expect(world.named('sweep.answered').slice(answered)).toMatchObject([
    { listed: 1200, called: 0, compared: 600, differing: 0 },
  ]);
  const { last } = await world.around.sweepStates.load('group');
  expect(last).toMatchObject({ asked: 5, answered: 5, markersRead: true });
});

/** The first message that waits now and is such a one. */
const waiting = (world: World, which: (one: Waiting) => boolean) =>
  world.queues.ready(world.clock.now).find(which);
/** The relay answers all that it was asked, and the answers are taken. */
async function answer(world: World): Promise<void> {
  const isAsked = ({ queue }: Waiting): boolean => queue === 'intents' || queue === 'outcomes';
  for (let one = waiting(world, isAsked); one; one = waiting(world, isAsked)) await world.deliver(one);
}
