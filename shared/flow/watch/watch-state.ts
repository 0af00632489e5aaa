import { z } from 'zod';
import { Moment } from '../../domain/index.ts';
import { createRecords } from '../../state/records.ts';
import type { StateStore } from '../../state/store.ts';

/** What the watches saw last. */
export const WatchState = z.strictObject({
  /** The policy under which everything has been looked at, or is being. */
  policyVersion: z.string().optional(),
  /**
   * `NewUnifiedGroupWritebackDefault` of the tenant, when it was last seen, and since when it has been so:
   * the last time at which it was seen to be otherwise. `unswept`: the sweep that it asks for has yet to begin.
   */
  tenantDefault: z
    .strictObject({
      value: z.boolean(),
      seenAt: Moment.optional(),
      changedAt: Moment.optional(),
      unswept: z.literal(true).optional(),
    })
    .optional(),
  /** Per feed: since when it shows changes of which no notification came. */
  unnotifiedSince: z.record(z.string(), Moment).default({}),
  /** Per feed: when it was first seen that there is no subscription for it, alive or not. */
  unsubscribedSince: z.record(z.string(), Moment).default({}),
  /** When notifications with a wrong client state came last, within some minutes. */
  untrustedAt: Moment.optional(),
});
export type WatchState = z.output<typeof WatchState>;

export type WatchStates = {
  load(): Promise<WatchState>;
  update(change: (state: WatchState) => WatchState): Promise<WatchState>;
};

const nothingSeen: WatchState = WatchState.parse({});

export function createWatchStates(store: StateStore): WatchStates {
  const key = 'watch';
  const records = createRecords({
    store,
    partition: 'watch',
    what: 'The watch',
    version: 1,
    schema: WatchState,
  });
  return {
    load: async () => (await records.read(key))?.value ?? nothingSeen,
    update: async (change) =>
      (await records.update(key, (state) => change(state ?? nothingSeen))) ?? nothingSeen,
  };
}
