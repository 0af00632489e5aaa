import type { Doorbell, Feed } from '../../bus/index.ts';
import { type Moment, momentOf, type ObjectKind, type ReadFailure } from '../../domain/index.ts';
import type { FeedNeeds, Graph } from '../../graph/index.ts';
import type { FeedState, FeedStates } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';
import { changesOf, type FeedBatch, isFull, onlyEnds, withPage } from './feed-batch.ts';

export type DrainDeps = Surroundings & {
  readonly graph: Pick<Graph, 'drainFeed'>;
  readonly feedStates: Pick<FeedStates, 'load' | 'update'>;
  /** What the policy decides by, and so must show in the feed. */
  readonly feedNeeds: (feed: Feed) => Promise<FeedNeeds>;
  /** Sees to it that everything of the kind is looked at from `since` on; asking again does no harm. */
  readonly resynchronise: (feed: Feed, because: ResyncCause, since: Moment) => Promise<void>;
  /** Tells people that a feed cannot be read, or (undefined) that it can again. */
  readonly feedTrouble: (feed: Feed, why: ReadFailure | undefined) => Promise<void>;
};

/** Why a feed starts over: it is new, Graph has forgotten its link, or the policy needs it to show more. */
export type ResyncCause = 'firstSynchronisation' | 'reset' | 'policy';

/** The feed may lag behind the notification: when to look again for an object it has not shown, in ms. */
const repeatsMs = [2000, 10_000, 60_000] as const;

export const kindOfFeed: Readonly<Record<Feed, ObjectKind>> = {
  groups: 'group',
  users: 'user',
  devices: 'device',
};

/**
 * Answers one doorbell. The queue's session lets one instance drain a feed at a time; a drain that
 * began after the doorbell rang has answered it, so bursts coalesce. A link is stored only after
 * every change that it follows is in Service Bus: a crash repeats work and loses none.
 *
 * A feed that cannot be read is told and tried again by the next doorbell, within a minute; the link
 * is unchanged. Throws only where state or Service Bus cannot be reached.
 */
export async function drainFeed(doorbell: Doorbell, traceparent: string, deps: DrainDeps): Promise<void> {
  const { feed } = doorbell;
  const state = await noteNotification(doorbell, await deps.feedStates.load(feed), deps);
  const shows = JSON.stringify(await deps.feedNeeds(feed));
  const trouble = answeredBy(state, doorbell, shows)
    ? undefined
    : await drain(feed, state, shows, traceparent, deps);
  const after = await deps.feedStates.load(feed);
  if (after.resync) {
    await deps.resynchronise(feed, causeOf(after.resync.because), after.resync.since);
  }
  await lookAgain(doorbell, after, trouble?.retryAfterMs ?? 0, traceparent, deps);
}

function answeredBy(state: FeedState, doorbell: Doorbell, shows: string): boolean {
  if (state.link === undefined || state.shows !== shows || !state.lastDrainStartedAt) return false;
  return Date.parse(state.lastDrainStartedAt) > Date.parse(doorbell.ringsAt);
}

/** Reads the feed to its end. Answers why it could not. */
async function drain(
  feed: Feed,
  state: FeedState,
  shows: string,
  traceparent: string,
  deps: DrainDeps,
): Promise<ReadFailure | undefined> {
  const startedAt = momentOf(deps.now());
  if (state.link === undefined) return begin(feed, 'firstSynchronisation', startedAt, shows, deps);
  if (state.shows !== shows) return begin(feed, 'policy', startedAt, shows, deps);
  let { link } = state;
  let batch: FeedBatch | undefined;
  for await (const step of deps.graph.drainFeed(feed, { link })) {
    if (step.outcome === 'page') {
      batch = withPage(batch, step);
      if (!isFull(batch)) continue;
      if (!(await enqueue(feed, batch, link, startedAt, traceparent, deps))) return undefined;
      ({ link } = batch);
      batch = undefined;
      continue;
    }
    // Half a round is not sent: a replayed addition would come without the removal that followed it.
    if (step.outcome === 'failed') {
      await deps.feedTrouble(feed, step.why);
      return step.why;
    }
    if (batch) await enqueue(feed, onlyEnds(batch), link, startedAt, traceparent, deps);
    return begin(feed, 'reset', startedAt, shows, deps);
  }
  await deps.feedTrouble(feed, undefined);
  return undefined;
}

/**
 * Sends the changes of a batch, then keeps its link. Answers false where another drain has gone on from
 * the same place meanwhile: this one has lost its session, and its link would lead back.
 */
async function enqueue(
  feed: Feed,
  batch: FeedBatch,
  from: string,
  startedAt: Moment,
  traceparent: string,
  deps: DrainDeps,
): Promise<boolean> {
  for (const message of batch.refused) deps.log('feed.itemRefused', { feed, message }, 'warn');
  const changes = changesOf(batch, kindOfFeed[feed], startedAt);
  await deps.bus.send(
    'changes',
    changes.map((body) => ({ body })),
    { traceparent },
  );
  const now = momentOf(deps.now());
  const kept = await deps.feedStates.update(feed, (state) =>
    state.link !== from
      ? state
      : {
          ...state,
          link: batch.link,
          lastDrainStartedAt: startedAt,
          shown: [...state.shown, ...changes.map(({ id }) => ({ id, at: startedAt }))],
          ...(changes.length > 0 && { lastChangeAt: now }),
          ...(batch.isLast && { lastDrainFinishedAt: now }),
        },
  );
  if (changes.length > 0) deps.log('feed.drained', { feed, changes: changes.length });
  if (kept.link === batch.link) return true;
  deps.log('feed.overtaken', { feed }, 'warn');
  return false;
}

/**
 * Takes a link that shows what happens from now on, and stores it together with the wish to look at
 * everything that exists: what changes meanwhile comes by the feed, and a crash forgets neither.
 */
async function begin(
  feed: Feed,
  because: ResyncCause,
  startedAt: Moment,
  shows: string,
  deps: DrainDeps,
): Promise<ReadFailure | undefined> {
  for await (const step of deps.graph.drainFeed(feed, 'latest', await deps.feedNeeds(feed))) {
    if (step.outcome !== 'page') {
      await deps.feedTrouble(feed, step.why);
      return step.why;
    }
    if (step.kind === 'next') continue;
    await deps.feedStates.update(feed, (state) => ({
      ...state,
      link: step.link,
      shows,
      round: state.round + 1,
      lastDrainStartedAt: startedAt,
      lastDrainFinishedAt: startedAt,
      resync: { since: startedAt, because, read: 0 },
    }));
    deps.log('feed.started', { feed, because });
    await deps.feedTrouble(feed, undefined);
    return undefined;
  }
  const message = `Graph gave no link for the feed of ${feed}.`;
  return { code: 'FEED_CUT_SHORT', message, retry: 'later' };
}

const causeOf = (because: string): ResyncCause =>
  because === 'reset' || because === 'policy' ? because : 'firstSynchronisation';

/** The watchdog compares when notifications came with when the feed showed changes; a minute is near enough. */
async function noteNotification(doorbell: Doorbell, state: FeedState, deps: DrainDeps): Promise<FeedState> {
  if (doorbell.notified.length === 0) return state;
  const noted = Date.parse(state.lastNotifiedAt ?? '1970-01-01T00:00:00Z');
  if (Date.parse(doorbell.receivedAt) - noted < 60_000) return state;
  return deps.feedStates.update(doorbell.feed, (now) => ({ ...now, lastNotifiedAt: doorbell.receivedAt }));
}

/** Rings again, later, for the objects of a notification that the feed has not shown since. */
async function lookAgain(
  doorbell: Doorbell,
  state: FeedState,
  atLeastMs: number,
  traceparent: string,
  deps: DrainDeps,
): Promise<void> {
  const since = Date.parse(doorbell.receivedAt);
  const seen = new Set(state.shown.filter(({ at }) => Date.parse(at) >= since).map(({ id }) => id));
  const notified = doorbell.notified.filter((id) => !seen.has(id));
  const delay = repeatsMs[doorbell.attempt];
  if (notified.length === 0 || delay === undefined) return;
  const notBefore = new Date(deps.now().getTime() + Math.max(delay, atLeastMs));
  const body = { ...doorbell, notified, ringsAt: momentOf(notBefore), attempt: doorbell.attempt + 1 };
  await deps.bus.send('feeds', [{ body }], { notBefore, traceparent });
}
