import type { Feed } from '../../bus/index.ts';
import { type Moment, momentOf } from '../../domain/index.ts';
import type { FeedState, FeedStates, SubscriptionStates } from '../../state/index.ts';
import type { SystemViolation } from '../app.ts';
import type { WatchStates } from './watch-state.ts';

export type WatchSubscriptionsDeps = {
  readonly subscriptionStates: Pick<SubscriptionStates, 'load'>;
  readonly feedStates: Pick<FeedStates, 'load'>;
  readonly watchStates: WatchStates;
  /** Undefined where no notifications are wanted: then none are missed. */
  readonly notificationUrl: string | undefined;
  readonly raise: (violation: SystemViolation) => Promise<void>;
  readonly resolve: (code: 'NO_LIVE_SUBSCRIPTION', subject: string) => Promise<void>;
  readonly now: () => Date;
};

/** Feeds whose objects Graph notifies of (graph.md §1.1). */
const notified = ['groups', 'users'] as const satisfies readonly Feed[];

/** How long a feed may go on showing changes of which no notification comes. */
const patienceMs = 15 * 60 * 1000;

/** How long the first subscription may take: a system that has just been started has none yet. */
const makingMs = 2 * 60 * 1000;

/**
 * Graph says nothing when it stops notifying. Two signs tell: no subscription is alive, or the feed
 * keeps showing changes and no notification comes. The violation is resolved when both are over.
 */
export async function watchSubscriptions(deps: WatchSubscriptionsDeps): Promise<void> {
  for (const feed of notified) {
    const why = deps.notificationUrl === undefined ? undefined : await silenceOf(feed, deps);
    const subject = `/${feed}`;
    if (why === undefined) await deps.resolve('NO_LIVE_SUBSCRIPTION', subject);
    else await deps.raise({ code: 'NO_LIVE_SUBSCRIPTION', subject, message: why });
  }
}

async function silenceOf(feed: Feed, deps: WatchSubscriptionsDeps): Promise<string | undefined> {
  const [{ subscriptions }, state] = await Promise.all([
    deps.subscriptionStates.load(),
    deps.feedStates.load(feed),
  ]);
  const mine = subscriptions.filter(({ resource }) => resource.replace(/^\//, '').toLowerCase() === feed);
  const isAlive = mine.some(({ expiresAt }) => Date.parse(expiresAt) > deps.now().getTime());
  const unsubscribed = await unsubscribedSince(feed, mine.length === 0, deps);
  if (!isAlive) {
    const isNew = unsubscribed !== undefined && deps.now().getTime() - Date.parse(unsubscribed) < makingMs;
    return isNew ? undefined : `There is no live subscription on /${feed}.`;
  }
  const since = await unnotifiedSince(feed, state, deps);
  if (since === undefined || state.lastChangeAt === undefined) return undefined;
  const lasts = Date.parse(state.lastChangeAt) - Date.parse(since);
  if (lasts < patienceMs) return undefined;
  return `The feed of ${feed} has shown changes since ${since}, and no notification of them has come.`;
}

/** Since when there is no subscription at all; remembered between looks. */
async function unsubscribedSince(
  feed: Feed,
  isSo: boolean,
  { watchStates, now }: WatchSubscriptionsDeps,
): Promise<Moment | undefined> {
  const { unsubscribedSince: known } = await watchStates.load();
  const before = known[feed];
  if (isSo === (before !== undefined)) return before;
  const since = isSo ? momentOf(now()) : undefined;
  await remember('unsubscribedSince', feed, since, watchStates);
  return since;
}

/** Since when the feed shows changes and no notification has come; remembered between looks. */
async function unnotifiedSince(
  feed: Feed,
  { lastChangeAt, lastNotifiedAt }: FeedState,
  { watchStates, now }: WatchSubscriptionsDeps,
): Promise<Moment | undefined> {
  const time = (moment: Moment | undefined): number => (moment === undefined ? 0 : Date.parse(moment));
  const { unnotifiedSince: known } = await watchStates.load();
  // A notification and its change in the feed come within minutes of each other, in either order.
  const silent = time(lastChangeAt) > time(lastNotifiedAt) + 60_000;
  const before = known[feed];
  const since = silent && time(before) > time(lastNotifiedAt) ? before : silent ? lastChangeAt : undefined;
  if (since !== before) await remember('unnotifiedSince', feed, since, watchStates);
  return since && Date.parse(since) <= now().getTime() ? momentOf(new Date(since)) : undefined;
}

async function remember(
  what: 'unsubscribedSince' | 'unnotifiedSince',
  feed: Feed,
  since: Moment | undefined,
  watchStates: WatchStates,
): Promise<void> {
  await watchStates.update((state) => {
    const { [feed]: _before, ...others } = state[what];
    return { ...state, [what]: { ...others, ...(since && { [feed]: since }) } };
  });
}
