import { expect, it } from 'vitest';
import { inParallel } from '../../../shared/state/in-parallel.ts';

it('answers in the order of all, whichever is done first, and never does more than so many at a time', async () => {
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<void>());
  const begun: number[] = [];
  const all = inParallel(
    gates.keys(),
    async (index) => {
      begun.push(index);
      await gates[index]?.promise;
      return `done ${index}`;
    },
    2,
  );
  expect(begun).toEqual([0, 1]);
  for (const { resolve } of gates.toReversed()) resolve();
  expect(await all).toEqual(['done 0', 'done 1', 'done 2', 'done 3', 'done 4']);
});
