import { z } from 'zod';

const count = z.int().min(0).max(10_000_000);
const window = (perHour: number, perDay: number) =>
  z.strictObject({ perHour: count.default(perHour), perDay: count.default(perDay) }).prefault({});

/**
 * How much may change in AD, in any sliding hour and any sliding day, whether events or a sweep ask
 * for it. What exceeds a budget is held for a person; everything else goes on.
 *
 * The defaults protect a company of some thousand people that writes back some thousand groups:
 * they are several times what such a company changes on a busy day, and a small part of what it has.
 *
 * - `creations` 1,000 an hour, 5,000 a day. New groups take nothing away from anybody, so this only
 *   stops a policy mistake from filling the OU. The first synchronisation of a larger tenant is the
 *   one time to raise it.
 * - `deletions` 50 and 100. Deleted groups come back from the Recycle Bin with their SID, but whoever
 *   works through them is locked out meanwhile. People end a handful of groups a day.
 * - `disables` 50 and 200: leavers on the last day of a quarter stay below it, a wrong filter does not.
 * - `memberRemovals` 2,000 and 10,000 in all groups together. Fifty leavers with forty groups each are
 *   2,000. The members of a deleted group count too, since they lose the same access.
 * - `memberRemovalsPerGroup` 1,000 and 2,000, and not more than half of the group; up to 100 members of
 *   one group may always go, so that small groups can be emptied. A group of 40,000 cannot be, and not
 *   in slices either.
 * - `typeChanges` 20 and 50: security to distribution takes access away from every member at once.
 * - `moves` 100 and 500, renames included: a changed name template would rename everything.
 * - `cloudApprovals` 10 and 30: held plans that may be approved from the cloud. Whoever takes over the
 *   subscription can approve held plans too; beyond this number a person has to approve on the relay.
 *
 * In total: each relay enforces its own share, which is the limit divided by `relays` and rounded
 * down, percent and floor included. The relays do not talk to each other; since no relay exceeds its
 * share, all of them together do not exceed the limit, whichever relay handles which object. The
 * price: a relay holds a plan although another has not used its share. A relay that is switched off
 * takes its share with it; lower `relays` when one is removed for good, on all others.
 */
export const Budgets = z
  .strictObject({
    relays: z.int().min(1).max(20).default(1),
    creations: window(1000, 5000),
    deletions: window(50, 100),
    disables: window(50, 200),
    memberRemovals: window(2000, 10_000),
    memberRemovalsPerGroup: z
      .strictObject({
        perHour: count.default(1000),
        perDay: count.default(2000),
        percent: z.number().min(0).max(100).default(50),
        floor: count.default(100),
      })
      .prefault({}),
    typeChanges: window(20, 50),
    moves: window(100, 500),
    cloudApprovals: window(10, 30),
  })
  .prefault({});
export type Budgets = z.output<typeof Budgets>;

/** What is counted, over all objects. */
export const budgetKinds = [
  'creations',
  'deletions',
  'disables',
  'memberRemovals',
  'typeChanges',
  'moves',
  'cloudApprovals',
] as const;
export type BudgetKind = (typeof budgetKinds)[number];

/** The limits of this relay: its share of the budgets. */
export function shareOf(budgets: Budgets): Budgets {
  const { relays, memberRemovalsPerGroup: group } = budgets;
  const part = (limit: number): number => Math.floor(limit / relays);
  const windows = Object.fromEntries(
    budgetKinds.map((kind) => [
      kind,
      { perHour: part(budgets[kind].perHour), perDay: part(budgets[kind].perDay) },
    ]),
  );
  return Budgets.parse({
    ...windows,
    relays,
    memberRemovalsPerGroup: {
      perHour: part(group.perHour),
      perDay: part(group.perDay),
      percent: group.percent / relays,
      floor: part(group.floor),
    },
  });
}
