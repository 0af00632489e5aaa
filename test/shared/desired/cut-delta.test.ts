import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cutDelta } from '../../../shared/desired/index.ts';
import { type Reference, Sid } from '../../../shared/domain/index.ts';

const references = (from: number, count: number): readonly Reference[] =>
  Array.from({ length: count }, (_, index) => ({
    by: 'sid',
    sid: Sid.parse(`S-1-5-21-1-2-3-${from + index}`),
  }));

it('members that come and go are cut so that each part fits, and none is lost, doubled or out of order', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 60 }),
      fc.nat({ max: 60 }),
      fc.integer({ min: 60, max: 900 }),
      (add, remove, room) => {
        const added = references(1000, add);
        const removed = references(5000, remove);
        const parts = cutDelta(added, removed, room);
        expect(parts.flatMap((part) => part.add)).toEqual(added);
        expect(parts.flatMap((part) => part.remove)).toEqual(removed);
        for (const part of parts) {
          expect(part.add.length + part.remove.length).toBeGreaterThan(0);
          expect(JSON.stringify([...part.add, ...part.remove]).length).toBeLessThanOrEqual(room + 2);
        }
      },
    ),
  );
});

it('who goes is told before who comes', () => {
  const parts = cutDelta(references(1000, 5), references(5000, 5), 200);
  const lastRemoval = parts.findLastIndex(({ remove }) => remove.length > 0);
  const firstAddition = parts.findIndex(({ add }) => add.length > 0);
  expect(lastRemoval).toBeLessThanOrEqual(firstAddition);
});

it('a small delta is one part, and nobody is none', () => {
  expect(cutDelta(references(1000, 2), references(5000, 1))).toHaveLength(1);
  expect(cutDelta([], [])).toEqual([]);
});
