import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRateLimit } from '../../../local/sinks/rate-limit.ts';

it('never lets more than the limit pass in any window, and refuses only when the window is full', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 60 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 5 }), (steps, count) => {
      let time = 0;
      const mayPass = createRateLimit(count, 1000, () => time);
      const passed: number[] = [];
      for (const step of steps) {
        time += step;
        const inWindow = passed.filter((earlier) => time - earlier < 1000).length;
        const may = mayPass();
        expect(may).toBe(inWindow < count);
        if (may) passed.push(time);
      }
    }),
  );
});
