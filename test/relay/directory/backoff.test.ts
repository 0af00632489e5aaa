import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs, credentialsBackoffMs } from '../../../relay/directory/connection/backoff.ts';

it('the wait doubles with each failure, up to half a minute', () => {
  const full = Array.from({ length: 9 }, (_, index) => backoffMs(index + 1, () => 1));
  expect(full).toEqual([250, 500, 1000, 2000, 4000, 8000, 16000, 30000, 30000]);
});

it('chance takes up to half of it away, never more', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (failures, chance) => {
        const wait = backoffMs(failures, () => chance);
        const full = backoffMs(failures, () => 1);
        expect(wait).toBeGreaterThanOrEqual(full / 2);
        expect(wait).toBeLessThanOrEqual(full);
      },
    ),
  );
});

it('a wrong password is not tried more than once a minute, because each try counts towards a lock-out', () => {
  expect(credentialsBackoffMs(() => 0)).toBe(60_000);
});
