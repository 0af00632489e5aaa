import { z } from 'zod';
import { Feed } from '../bus/index.ts';
import { EntraId, Moment } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** An object that a drain showed, and when. */
export const Shown = z.strictObject({ id: EntraId, at: Moment });
export type Shown = z.output<typeof Shown>;

/** Where a feed stands. */
export const FeedState = z.strictObject({
  /** Where the next drain begins; absent before the first synchronisation and after a reset. */
  link: z.string().optional(),
  /** How often the feed was started over, so that messages of different rounds can be told apart. */
  round: z.int().min(0).default(0),
  lastDrainStartedAt: Moment.optional(),
  lastDrainFinishedAt: Moment.optional(),
  /** Objects shown in the last two minutes: a doorbell looks here whether the feed has caught up. */
  shown: z.array(Shown).readonly().default([]),
  /** When the feed last brought anything. */
  lastChangeAt: Moment.optional(),
  /** When a notification last rang for this feed. */
  lastNotifiedAt: Moment.optional(),
  /** What the link was asked to show beyond plain properties: a policy that needs more needs another link. */
  shows: z.string().optional(),
  /** Set while everything is read again because Graph has forgotten the link. */
  resync: z.strictObject({ since: Moment, because: z.string(), read: z.int().min(0).default(0) }).optional(),
});
export type FeedState = z.output<typeof FeedState>;

export const newFeed: FeedState = FeedState.parse({});

export type FeedStates = {
  load(feed: Feed): Promise<FeedState>;
  update(feed: Feed, change: (state: FeedState) => FeedState): Promise<FeedState>;
  list(): AsyncIterable<{ readonly feed: Feed; readonly state: FeedState }>;
};

const shownMs = 2 * 60 * 1000;
const shownLimit = 5000;

/** Feed states. `shown` is cut to the last two minutes on every save, by `now`. */
export function createFeedStates(store: StateStore, now: () => Date): FeedStates {
  const records = createRecords({
    store,
    partition: 'feeds',
    what: 'The feed',
    version: 1,
    schema: FeedState,
  });
  const cut = (state: FeedState): FeedState => {
    const fresh = state.shown.filter((one) => now().getTime() - Date.parse(one.at) < shownMs);
    return { ...state, shown: fresh.slice(-shownLimit) };
  };
  return {
    load: async (feed) => (await records.read(feed))?.value ?? newFeed,
    update: async (feed, change) =>
      (await records.update(feed, (state) => cut(change(state ?? newFeed)))) ?? newFeed,
    async *list() {
      for await (const { key, value } of records.list()) yield { feed: Feed.parse(key), state: value };
    },
  };
}
