import { z } from 'zod';
import type { Doorbell, Feed } from '../bus/index.ts';
import {
  type Change,
  type EntraId,
  type Moment,
  momentOf,
  type ObjectKind,
  type ReadFailure,
} from '../domain/index.ts';
import { changeOf } from '../graph/feeds/feed-item.ts';
import type { FeedPage, Graph } from '../graph/types.ts';
import type { FeedState, FeedStates } from '../state/index.ts';
import { mergeDeltas } from './membership-history.ts';
import type { Surroundings } from './ports.ts';

/** Why everything of a kind is looked at. */
export const SweepCause = z.enum(['firstSynchronisation', 'reset', 'request', 'schedule', 'policy']);
export type SweepCause = z.output<typeof SweepCause>;

export type DrainDeps = Surroundings & {
  readonly graph: Pick<Graph, 'drainFeed'>;
  readonly feedStates: FeedStates;
  /** Looks at everything of this kind; goes on where it was interrupted. */
  readonly sweep: (feed: Feed, why: SweepCause, traceparent: string) => Promise<void>;
};

/** The feed may lag behind the notification: when to look again for an object it has not shown, in ms. */
const repeatsMs = [2000, 10_000, 60_000] as const;

const kindOf: Readonly<Record<Feed, ObjectKind>> = { groups: 'group', users: 'user', devices: 'device' };

/**
 * Answers one doorbell. The queue's session lets one instance drain a feed at a time; a drain that
 * began after the doorbell rang has answered it, so bursts coalesce. The link is stored only after
 * every change of its page is in Service Bus: a crash repeats work and loses none.
 */
export async function drainFeed(doorbell: Doorbell, traceparent: string, deps: DrainDeps): Promise<void> {
  const { feed } = doorbell;
  const state = await deps.feedStates.load(feed);
  if (!answeredBy(state, doorbell)) await drainOrBegin(feed, state, traceparent, deps);
  await lookAgain(doorbell, await deps.feedStates.load(feed), traceparent, deps);
}

function answeredBy(state: FeedState, doorbell: Doorbell): boolean {
  if (state.link === undefined || state.resync || state.lastDrainStartedAt === undefined) return false;
  return Date.parse(state.lastDrainStartedAt) > Date.parse(doorbell.ringsAt);
}

async function drainOrBegin(
  feed: Feed,
  state: FeedState,
  traceparent: string,
  deps: DrainDeps,
): Promise<void> {
  const started = state.link === undefined ? await begin(feed, state, 'firstSynchronisation', deps) : state;
  const drained = await drain(feed, started, traceparent, deps);
  if (!drained.resync) return;
  await deps.sweep(feed, SweepCause.parse(drained.resync.because), traceparent);
  await deps.feedStates.update(feed, ({ resync: _done, ...rest }) => rest);
}

/**
 * Takes a link that shows what happens from now on, and stores it before everything that exists is
 * looked at: what changes meanwhile comes by the feed.
 */
async function begin(
  feed: Feed,
  state: FeedState,
  why: 'firstSynchronisation' | 'reset',
  deps: DrainDeps,
): Promise<FeedState> {
  for await (const step of deps.graph.drainFeed(feed, 'latest')) {
    if (step.outcome !== 'page') throw new FeedUnreadable(feed, step.why);
    if (step.kind === 'next') continue;
    const resync = { since: momentOf(deps.now()), because: why, read: 0 };
    const begun: FeedState = { ...state, link: step.link, round: state.round + 1, resync };
    await deps.feedStates.update(feed, () => begun);
    deps.log('feed.started', { feed, why });
    return begun;
  }
  throw new FeedUnreadable(feed, { code: 'FEED_CUT_SHORT', message: 'Graph gave no link', retry: 'later' });
}

/** Reads the feed to its end and keeps each link. A feed that was reset begins anew. */
async function drain(feed: Feed, state: FeedState, traceparent: string, deps: DrainDeps): Promise<FeedState> {
  const startedAt = momentOf(deps.now());
  let current: FeedState = { ...state, lastDrainStartedAt: startedAt };
  if (current.link === undefined) return current;
  let count = 0;
  for await (const step of deps.graph.drainFeed(feed, { link: current.link })) {
    if (step.outcome === 'resync') return begin(feed, current, 'reset', deps);
    if (step.outcome === 'failed') throw new FeedUnreadable(feed, step.why);
    const changes = changesOf(feed, step, startedAt, deps);
    await deps.bus.send(
      'changes',
      changes.map((body) => ({ body })),
      { traceparent },
    );
    count += changes.length;
    current = stateAfter(current, step, changes, startedAt, deps.now());
    const next = current;
    await deps.feedStates.update(feed, () => next);
  }
  if (count > 0) deps.log('feed.drained', { feed, changes: count });
  return current;
}

function stateAfter(
  state: FeedState,
  page: FeedPage,
  changes: readonly Change[],
  startedAt: Moment,
  now: Date,
): FeedState {
  const shown = changes.map((change) => ({ id: change.id, at: startedAt }));
  return {
    ...state,
    link: page.link,
    shown: [...state.shown, ...shown],
    ...(changes.length > 0 && { lastChangeAt: momentOf(now) }),
    ...(page.kind === 'delta' && { lastDrainFinishedAt: momentOf(now) }),
  };
}

/** One change per object of a page; membership deltas of the same group are merged, the later counts. */
function changesOf(feed: Feed, page: FeedPage, receivedAt: Moment, deps: DrainDeps): readonly Change[] {
  for (const message of page.refused) deps.log('feed.itemRefused', { feed, message }, 'warn');
  const byObject = new Map<EntraId, Change>();
  for (const item of page.items) {
    const change = changeOf(item, kindOf[feed], receivedAt);
    const known = byObject.get(change.id);
    byObject.set(change.id, known ? laterOf(known, change) : change);
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

/** Rings again, later, for the objects of a notification that the feed has not shown since. */
async function lookAgain(
  doorbell: Doorbell,
  state: FeedState,
  traceparent: string,
  deps: DrainDeps,
): Promise<void> {
  const missing = doorbell.notified.filter((id) => {
    const since = Date.parse(doorbell.receivedAt);
    return !state.shown.some((one) => one.id === id && Date.parse(one.at) >= since);
  });
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
  readonly why: ReadFailure;

  constructor(feed: Feed, why: ReadFailure) {
    super(`The feed of ${feed} cannot be read: ${why.message}`);
    this.name = 'FeedUnreadable';
    this.why = why;
  }
}
