import { z } from 'zod';
import { type BudgetKind, type Budgets, budgetKinds } from './budgets.ts';
import type { Spend } from './spend.ts';

/**
 * One plan in the books. While it is being written `settledAt` is undefined and it counts in every
 * window; afterwards it counts from the moment it was finished. So the sum over any window of
 * writes, wherever it begins, stays within the limit.
 */
export type Booking = {
  readonly id: string;
  readonly spend: Spend;
  /** Milliseconds since 1970, or undefined while the plan is being written. */
  readonly settledAt: number | undefined;
};

/** A limit that a plan would exceed. */
export const Excess = z.strictObject({
  budget: z.enum([...budgetKinds, 'memberRemovalsPerGroup']),
  window: z.enum(['hour', 'day']),
  limit: z.int(),
  used: z.int(),
  wanted: z.int(),
});
export type Excess = z.output<typeof Excess>;

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
const windows = [
  { window: 'hour', length: hourMs, limit: 'perHour' },
  { window: 'day', length: dayMs, limit: 'perDay' },
] as const;

/** Does a booking count in the window that ends now? One from the future does: clocks go back. */
export const counts = ({ settledAt }: Booking, now: number, length: number): boolean =>
  settledAt === undefined || settledAt > now - length;

/** What has been taken of a budget in the window that ends now. */
export function used(books: readonly Booking[], kind: BudgetKind, now: number, length: number): number {
  return books.reduce((sum, one) => sum + (counts(one, now, length) ? (one.spend.counts[kind] ?? 0) : 0), 0);
}

/** Members that a group lost in the window that ends now. */
export function usedByGroup(books: readonly Booking[], guid: string, now: number, length: number): number {
  return books.reduce((sum, one) => {
    const { group } = one.spend;
    return sum + (group?.guid === guid && counts(one, now, length) ? group.removals : 0);
  }, 0);
}

/** Every limit that a plan would exceed now; none means that it may be written. */
export function excessOf(
  spend: Spend,
  books: readonly Booking[],
  limits: Budgets,
  now: number,
  groupSize: number | undefined,
): readonly Excess[] {
  const overall = budgetKinds.flatMap((kind) => {
    const wanted = spend.counts[kind] ?? 0;
    // A day of a large forest is a long list: it is gone through only for what is taken.
    if (wanted === 0) return [];
    return windows.flatMap(({ window, length, limit }): Excess[] => {
      const taken = used(books, kind, now, length);
      const most = limits[kind][limit];
      return taken + wanted > most ? [{ budget: kind, window, limit: most, used: taken, wanted }] : [];
    });
  });
  return [...overall, ...excessOfGroup(spend, books, limits, now, groupSize)];
}

/**
 * Must the members of the group be counted before the plan can be judged? Only when more go than
 * the floor allows to any group: counting a large group takes a second.
 */
export function needsGroupSize(
  { group }: Spend,
  books: readonly Booking[],
  limits: Budgets,
  now: number,
): boolean {
  if (!group || group.removals === 0) return false;
  return group.removals + usedByGroup(books, group.guid, now, dayMs) > limits.memberRemovalsPerGroup.floor;
}

function excessOfGroup(
  { group }: Spend,
  books: readonly Booking[],
  limits: Budgets,
  now: number,
  groupSize: number | undefined,
): readonly Excess[] {
  if (!group || group.removals === 0) return [];
  const { percent, floor, ...most } = limits.memberRemovalsPerGroup;
  return windows.flatMap(({ window, length, limit }) => {
    const taken = usedByGroup(books, group.guid, now, length);
    // The size before anything was taken away in this window; an unknown size allows the floor only.
    const share = groupSize === undefined ? 0 : Math.floor(((groupSize + taken) * percent) / 100);
    const allowed = Math.max(floor, Math.min(most[limit], share));
    return taken + group.removals > allowed
      ? [
          {
            budget: 'memberRemovalsPerGroup' as const,
            window,
            limit: allowed,
            used: taken,
            wanted: group.removals,
          },
        ]
      : [];
  });
}
