/** Microsoft Graph: objects, members, feeds, subscriptions and tenant settings, each read with its outcome. */
export * from './failure.ts';
export { changeOf, type FeedItem } from './feeds/feed-item.ts';
export * from './presence.ts';
export * from './subscriptions/plan.ts';
export type { Subscription, WantedSubscription } from './subscriptions/subscription.ts';
export * from './types.ts';
