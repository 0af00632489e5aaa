import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inRounds } from '../../../relay/directory/read/in-rounds.ts';

describe('searches that are done together', () => {
  it('begin after each of their askers has asked, whatever the order of events', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 200 }), async (scheduler, count) => {
        let time = 0;
        let running = 0;
        const search = inRounds(async (asks: readonly number[]) => {
          time += 1;
          running += 1;
          expect(running).toBe(1);
          const answer = { beganAt: time, asks };
          await scheduler.schedule(Promise.resolve());
          running -= 1;
          return answer;
        });
        const askers = Array.from({ length: count }, (_, index) =>
          scheduler.schedule(Promise.resolve()).then(async () => {
            time += 1;
            const askedAt = time;
            const { beganAt, asks } = await search(index);
            expect(beganAt).toBeGreaterThan(askedAt);
            expect(asks).toContain(index);
          }),
        );
        await scheduler.waitFor(Promise.all(askers));
      }),
    );
  });

  it('are few where many ask at once', async () => {
    let rounds = 0;
    const search = inRounds(async (asks: readonly number[]) => {
      rounds += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return asks.length;
    });
    const answers = await Promise.all(Array.from({ length: 65 }, (_, index) => search(index)));
    expect(rounds).toBe(2);
    expect(answers).toEqual([1, ...Array.from({ length: 64 }, () => 64)]);
  });

  it('fail for those who asked, and not for those who ask later', async () => {
    let fails = true;
    const search = inRounds(async (asks: readonly string[]) => {
      if (fails) throw new Error('AD is away.');
      return asks;
    });
    await expect(search('one')).rejects.toThrow('AD is away.');
    fails = false;
    expect(await search('two')).toEqual(['two']);
  });
});
