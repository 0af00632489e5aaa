/** Microsoft Graph: objects, members, feeds, subscriptions and tenant settings, each read with its outcome. */
export * from './cost.ts';
export * from './create-graph.ts';
export type { Answer, GraphFailure } from './failure.ts';
export { changeOf, type FeedItem } from './feeds/feed-item.ts';
export { mergeFeedItems } from './feeds/merge.ts';
export * from './presence.ts';
export type { RequestSeen, RequestSettings } from './request/settings.ts';
export * from './subscriptions/plan.ts';
export type { Subscription, WantedSubscription } from './subscriptions/subscription.ts';
export * from './types.ts';
