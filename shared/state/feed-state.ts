import { z } from 'zod';
import { Moment } from '../domain/index.ts';
import { readValue } from './repository.ts';
import type { StateStore } from './store.ts';

/** Where a delta feed stands. */
export const FeedState = z.strictObject({
  schema: z.literal(1),
  /** The link to go on with. It is stored after everything that it has shown is in Service Bus. */
  link: z.string().optional(),
  /** Everything of the kind has to be looked at: on the first start, and after a reset of the feed. */
  sweepDue: z.enum(['firstSynchronisation', 'reset']).optional(),
  lastDrainStartedAt: Moment.optional(),
  lastDrainFinishedAt: Moment.optional(),
  lastChangeAt: Moment.optional(),
  /** When the feed last showed an object, for the objects of the last minutes. */
  shown: z.record(z.string(), Moment),
});
export type FeedState = z.output<typeof FeedState>;

/** The states of the feeds. One drain at a time writes a feed's state (the queue's session sees to it). */
export type FeedStates = {
  load(feed: string): Promise<FeedState>;
  save(feed: string, state: FeedState): Promise<void>;
};

const partition = 'feeds';

export function feedStates(store: StateStore): FeedStates {
  return {
    load: async (feed) => (await readValue(store, partition, feed, FeedState)) ?? { schema: 1, shown: {} },
    save: async (feed, state) => void (await store.put(partition, feed, state, 'any')),
  };
}
