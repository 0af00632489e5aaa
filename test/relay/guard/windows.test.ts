import { describe, expect, test } from 'vitest';
import { Budgets, shareOf } from '../../../relay/guard/budgets.ts';
import type { Spend } from '../../../relay/guard/spend.ts';
import { type Booking, dayMs, excessOf, hourMs, needsGroupSize } from '../../../relay/guard/windows.ts';

const limits = Budgets.parse({});
const now = 1_000_000_000_000;
const group = '00000000-0000-4000-8000-000000000001';

const removal = (removals: number): Spend => ({
  counts: { memberRemovals: removals },
  group: { guid: group, removals },
});
const booked = (spend: Spend, agoMs: number | 'being written'): Booking => ({
  id: `b${agoMs}`,
  spend,
  settledAt: agoMs === 'being written' ? undefined : now - agoMs,
});
const budgetsExceeded = (spend: Spend, books: readonly Booking[] = [], size?: number): readonly string[] =>
  excessOf(spend, books, limits, now, size).map(({ budget, window }) => `${budget} ${window}`);

describe('the default budgets', () => {
  test('stop the emptying of a group of 40,000, at once and in slices', () => {
    expect(budgetsExceeded(removal(40_000), [], 40_000)).toContain('memberRemovalsPerGroup hour');
    const slices = [900, 900].map((removals, index) => booked(removal(removals), index * hourMs + 60_000));
    expect(budgetsExceeded(removal(900), slices, 38_200)).toContain('memberRemovalsPerGroup day');
  });

  test('let 3 of 5 members go, and all of a small group', () => {
    expect(budgetsExceeded(removal(3), [], 5)).toEqual([]);
    expect(budgetsExceeded(removal(100), [], 100)).toEqual([]);
  });

  test('hold more than half of a middling group, also in slices', () => {
    expect(budgetsExceeded(removal(101), [], 200)).toContain('memberRemovalsPerGroup hour');
    expect(budgetsExceeded(removal(100), [], 200)).toEqual([]);
    expect(budgetsExceeded(removal(30), [booked(removal(90), 10 * 60_000)], 110)).toContain(
      'memberRemovalsPerGroup hour',
    );
  });

  test('allow no more than the floor where the size is not known', () => {
    expect(budgetsExceeded(removal(101))).toContain('memberRemovalsPerGroup hour');
  });

  test('let groups come by the hundreds and hold a flood', () => {
    expect(budgetsExceeded({ counts: { creations: 1000 } })).toEqual([]);
    expect(budgetsExceeded({ counts: { creations: 1001 } })).toEqual(['creations hour']);
  });
});

describe('a window', () => {
  const full = { counts: { deletions: 50 } };

  test('slides: what is older than it counts no more', () => {
    expect(budgetsExceeded({ counts: { deletions: 1 } }, [booked(full, hourMs - 1)])).toEqual([
      'deletions hour',
    ]);
    expect(budgetsExceeded({ counts: { deletions: 1 } }, [booked(full, hourMs)])).toEqual([]);
    const day = [booked(full, 2 * hourMs), booked(full, 3 * hourMs)];
    expect(budgetsExceeded({ counts: { deletions: 1 } }, day)).toEqual(['deletions day']);
    expect(budgetsExceeded({ counts: { deletions: 1 } }, [booked(full, dayMs), booked(full, dayMs)])).toEqual(
      [],
    );
  });

  test('counts what is being written, however long it takes', () => {
    expect(budgetsExceeded({ counts: { deletions: 1 } }, [booked(full, 'being written')])).toEqual([
      'deletions hour',
    ]);
  });

  test('counts what is booked in the future, since clocks go back', () => {
    expect(budgetsExceeded({ counts: { deletions: 1 } }, [booked(full, -5 * dayMs)])).toContain(
      'deletions hour',
    );
  });

  test('of another budget or another group does not count', () => {
    expect(budgetsExceeded({ counts: { moves: 1 } }, [booked(full, 1)])).toEqual([]);
    const other: Spend = { counts: {}, group: { guid: 'other', removals: 900 } };
    expect(budgetsExceeded(removal(100), [booked(other, 1)], 100)).toEqual([]);
  });

  test('says the limit, what is used and what is wanted', () => {
    expect(
      excessOf({ counts: { deletions: 9 } }, [booked({ counts: { deletions: 45 } }, 1)], limits, now, 0),
    ).toEqual([{ budget: 'deletions', window: 'hour', limit: 50, used: 45, wanted: 9 }]);
  });
});

describe('the members of a group are counted', () => {
  test('only when more go than the floor allows to any group', () => {
    expect(needsGroupSize(removal(100), [], limits, now)).toBe(false);
    expect(needsGroupSize(removal(101), [], limits, now)).toBe(true);
    expect(needsGroupSize(removal(20), [booked(removal(81), hourMs * 5)], limits, now)).toBe(true);
    expect(needsGroupSize({ counts: { deletions: 9 } }, [], limits, now)).toBe(false);
  });
});

describe('the share of one relay among several', () => {
  test('adds up to the limit at most, percent and floor included', () => {
    const share = shareOf(Budgets.parse({ relays: 3 }));
    expect(share.deletions).toEqual({ perHour: 16, perDay: 33 });
    expect(share.memberRemovalsPerGroup).toEqual({ perHour: 333, perDay: 666, percent: 50 / 3, floor: 33 });
  });

  test('of the only relay is the limit', () => {
    expect(shareOf(limits)).toEqual(limits);
  });
});
