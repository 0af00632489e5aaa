import { z } from 'zod';
import { Moment } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** What we remember of one subscription, as Graph does not say it. */
export const KnownSubscription = z.strictObject({
  id: z.string(),
  resource: z.string(),
  expiresAt: Moment,
  /** When it was last made, renewed or reauthorised: these must stay ten minutes apart. */
  touchedAt: Moment,
  /** Fingerprint of its client state, never the secret itself. */
  madeWith: z.string(),
});
export type KnownSubscription = z.output<typeof KnownSubscription>;

export const SubscriptionState = z.strictObject({
  subscriptions: z.array(KnownSubscription).readonly().default([]),
  /** When they were last compared with Graph. */
  checkedAt: Moment.optional(),
  /** When notifications last came, per resource. */
  lastNotificationAt: z.record(z.string(), Moment).default({}),
  /** Ids that Graph asked to reauthorise and that wait for it. */
  askedFor: z.array(z.string()).readonly().default([]),
});
export type SubscriptionState = z.output<typeof SubscriptionState>;

export const noSubscriptions: SubscriptionState = SubscriptionState.parse({});

export type SubscriptionStates = {
  load(): Promise<SubscriptionState>;
  update(change: (state: SubscriptionState) => SubscriptionState): Promise<SubscriptionState>;
};

export function createSubscriptionStates(store: StateStore): SubscriptionStates {
  const key = 'graph';
  const records = createRecords({
    store,
    partition: 'subscriptions',
    what: 'The subscriptions',
    version: 1,
    schema: SubscriptionState,
  });
  return {
    load: async () => (await records.read(key))?.value ?? noSubscriptions,
    update: async (change) =>
      (await records.update(key, (state) => change(state ?? noSubscriptions))) ?? noSubscriptions,
  };
}
