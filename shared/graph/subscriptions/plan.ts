import type { Subscription, WantedSubscription } from './subscription.ts';

export type SubscriptionAction =
  | { readonly action: 'create'; readonly wanted: WantedSubscription; readonly because: string }
  /** Delete, then create: Graph cannot change these properties, and refuses a double. */
  | {
      readonly action: 'replace';
      readonly id: string;
      readonly wanted: WantedSubscription;
      readonly because: string;
    }
  | { readonly action: 'renew'; readonly id: string; readonly because: string }
  | { readonly action: 'reauthorize'; readonly id: string; readonly because: string }
  | { readonly action: 'delete'; readonly id: string; readonly because: string };

export type SubscriptionView = {
  readonly wanted: readonly WantedSubscription[];
  readonly existing: readonly Subscription[];
  readonly now: Date;
  /** Subscriptions that Graph asked to reauthorise. */
  readonly askedFor?: ReadonlySet<string>;
  /** When each was last made, renewed or reauthorised. */
  readonly touchedAt?: ReadonlyMap<string, Date>;
  /** Fingerprint of the client state with which each was made, for where Graph hides it. */
  readonly madeWith?: ReadonlyMap<string, string>;
};
