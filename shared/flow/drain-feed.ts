import type { Doorbell, Feed } from '../bus/index.ts';
import { readFeedItem } from '../classify/index.ts';
import {
  type Change,
  type EntraId,
  type Moment,
  momentOf,
  type ObjectKind,
  type ReadFailure,
} from '../domain/index.ts';
import type { FeedState } from '../state/index.ts';
import { mergeDeltas } from './membership-history.ts';
import type { Surroundings } from './ports.ts';

/** One page of a feed as Graph sent it. `link` leads on; `done` says that it is the link to keep for next time. */
export type FeedPage = { readonly items: readonly unknown[]; readonly link: string; readonly done: boolean };

export type FeedRead =
  | { readonly outcome: 'page'; readonly page: FeedPage }
  /** The token has expired or the service reset the feed: all must be read anew. */
  | { readonly outcome: 'resync' }
  | { readonly outcome: 'failed'; readonly why: ReadFailure };

export type DrainDeps = Surroundings & {
  readonly feedStates: {
    load(feed: Feed): Promise<FeedState>;
    save(feed: Feed, state: FeedState): Promise<void>;
  };
  /** Reads a page by its link, or asks for a link from now on. */
  readonly readFeed: (feed: Feed, link: string | 'latest') => Promise<FeedRead>;
  /** Starts to look at everything of this kind: the first synchronisation, or after a reset. */
  readonly startSweep: (
    feed: Feed,
    why: 'firstSynchronisation' | 'reset',
    traceparent: string,
  ) => Promise<void>;
};

/** The feed may lag behind the notification: when to look again for an object it has not shown, in ms. */
const repeatsMs = [2000, 10_000, 60_000] as const;

/** How long it is remembered that the feed showed an object. */
const shownMs = 120_000;

const kindOf: Readonly<Record<Feed, ObjectKind>> = { groups: 'group', users: 'user', devices: 'device' };

/**
 * Drains one feed. The queue's session lets one instance drain a feed at a time. The link is stored
 * only after every change of its page is in Service Bus, so a crash repeats work and loses none.
 * Doorbells that rang before the last drain began, and whose objects were shown, end at once.
 */
export async function drainFeed(doorbell: Doorbell, traceparent: string, deps: DrainDeps): Promise<void> {
  const { feed } = doorbell;
  const state = await deps.feedStates.load(feed);
  if (!answeredBy(state, doorbell)) await drainOrBegin(feed, state, traceparent, deps);
  await lookAgain(doorbell, await deps.feedStates.load(feed), traceparent, deps);
}

/** A drain that began after the doorbell rang has read all there was to read for it. */
function answeredBy(state: FeedState, doorbell: Doorbell): boolean {
  if (state.link === undefined || state.lastDrainStartedAt === undefined) return false;
  return Date.parse(state.lastDrainStartedAt) > Date.parse(doorbell.ringsAt);
}

async function drainOrBegin(
  feed: Feed,
  state: FeedState,
  traceparent: string,
  deps: DrainDeps,
): Promise<void> {
  const startedAt = momentOf(deps.now());
  if (state.link === undefined) return begin(feed, 'firstSynchronisation', traceparent, deps);
  const result = await drain(feed, state, startedAt, traceparent, deps);
  if (result === 'reset') await begin(feed, 'reset', traceparent, deps);
}

/** A link from now on first, then everything that exists: what changes in between comes by the feed. */
async function begin(
  feed: Feed,
  why: 'firstSynchronisation' | 'reset',
  traceparent: string,
  deps: DrainDeps,
): Promise<void> {
  const startedAt = momentOf(deps.now());
  const read = await deps.readFeed(feed, 'latest');
  if (read.outcome !== 'page')
    throw new FeedUnreadable(feed, read.outcome === 'failed' ? read.why : undefined);
  let { page } = read;
  while (!page.done) {
    const next = await deps.readFeed(feed, page.link);
    if (next.outcome !== 'page')
      throw new FeedUnreadable(feed, next.outcome === 'failed' ? next.why : undefined);
    page = next.page;
  }
  await deps.startSweep(feed, why, traceparent);
  const state = await deps.feedStates.load(feed);
  const lastDrainFinishedAt = momentOf(deps.now());
  await deps.feedStates.save(feed, {
    ...state,
    link: page.link,
    lastDrainStartedAt: startedAt,
    lastDrainFinishedAt,
  });
  deps.log('feed.started', { feed, why });
}

async function drain(
  feed: Feed,
  state: FeedState,
  startedAt: Moment,
  traceparent: string,
  deps: DrainDeps,
): Promise<'done' | 'reset'> {
  let current: FeedState = { ...state, lastDrainStartedAt: startedAt };
  let link = state.link ?? 'latest';
  let count = 0;
  for (;;) {
    const read = await deps.readFeed(feed, link);
    if (read.outcome === 'failed') throw new FeedUnreadable(feed, read.why);
    if (read.outcome === 'resync') return 'reset';
    const changes = changesOf(feed, read.page.items, startedAt, deps);
    await deps.bus.send(
      'changes',
      changes.map((body) => ({ body })),
      { traceparent },
    );
    count += changes.length;
    link = read.page.link;
    const now = momentOf(deps.now());
    current = {
      ...current,
      link,
      shown: stillShown(current.shown, changes, startedAt, deps.now()),
      ...(changes.length > 0 && { lastChangeAt: now }),
      ...(read.page.done && { lastDrainFinishedAt: now }),
    };
    await deps.feedStates.save(feed, current);
    if (read.page.done) break;
  }
  if (count > 0) deps.log('feed.drained', { feed, changes: count });
  return 'done';
}

/** One change per object of a page; membership deltas of the same group are merged, the later counts. */
function changesOf(
  feed: Feed,
  items: readonly unknown[],
  receivedAt: Moment,
  deps: DrainDeps,
): readonly Change[] {
  const byObject = new Map<EntraId, Change>();
  for (const item of items) {
    const read = readFeedItem(item, kindOf[feed], receivedAt);
    if (!read.ok) {
      deps.log('feed.itemRefused', { feed, message: read.why }, 'warn');
      continue;
    }
    for (const note of read.notes)
      deps.log('feed.itemIncomplete', { feed, id: read.change.id, message: note }, 'warn');
    const known = byObject.get(read.change.id);
    byObject.set(read.change.id, known ? laterOf(known, read.change) : read.change);
  }
  return [...byObject.values()];
}

function laterOf(earlier: Change, later: Change): Change {
  const one = earlier.membership;
  const two = later.membership;
  if (one.read === 'none') return later;
  if (two.read === 'none') return { ...later, membership: one };
  if (one.read === 'complete' || two.read === 'complete')
    return { ...later, membership: { read: 'complete' } };
  return { ...later, membership: { read: 'delta', delta: mergeDeltas(one.delta, two.delta) } };
}

type Shown = FeedState['shown'];

function stillShown(shown: Shown, changes: readonly Change[], at: Moment, now: Date): Shown {
  const fresh = Object.entries(shown).filter(([, when]) => now.getTime() - Date.parse(when) < shownMs);
  return Object.fromEntries([...fresh, ...changes.map((change) => [change.id, at] as const)].slice(-5000));
}

const unshown = (doorbell: Doorbell, state: FeedState): readonly EntraId[] =>
  doorbell.notified.filter((id) => {
    const when = state.shown[id];
    return when === undefined || Date.parse(when) < Date.parse(doorbell.receivedAt);
  });

async function lookAgain(
  doorbell: Doorbell,
  state: FeedState,
  traceparent: string,
  deps: DrainDeps,
): Promise<void> {
  const missing = unshown(doorbell, state);
  const delay = repeatsMs[doorbell.attempt];
  if (missing.length === 0 || delay === undefined) return;
  const notBefore = new Date(deps.now().getTime() + delay);
  const body = {
    ...doorbell,
    notified: missing,
    ringsAt: momentOf(notBefore),
    attempt: doorbell.attempt + 1,
  };
  await deps.bus.send('feeds', [{ body }], { notBefore, traceparent });
}

/** A feed could not be read; nothing was lost, since the link is unchanged. */
export class FeedUnreadable extends Error {
  readonly why: ReadFailure | undefined;

  constructor(feed: Feed, why: ReadFailure | undefined) {
    super(
      `The feed of ${feed} cannot be read: ${why?.message ?? 'Graph asked for a reset while it was being started'}.`,
    );
    this.name = 'FeedUnreadable';
    this.why = why;
  }
}
