import type { Feed } from '../../bus/index.ts';
import {
  type Heartbeat,
  ObjectKind,
  type PlanCounts,
  ViolationCode,
  violationCodes,
} from '../../domain/index.ts';
import type { Settings } from '../../settings/settings.ts';
import type {
  FeedStates,
  Holds,
  Incident,
  Incidents,
  Latencies,
  Latency,
  ObjectCounts,
  Relays,
  SubscriptionStates,
  Tally,
} from '../../state/index.ts';
import type { PolicyState } from '../app.ts';
import { secondsSince } from '../seconds-since.ts';
import type { SweepStates } from '../sweep/index.ts';
import { type QueueLoad, readQueueLoad } from './queue-load.ts';
import { sweepStatus } from './sweep-status.ts';

export type StatusDeps = {
  readonly counts: Pick<ObjectCounts, 'read'>;
  readonly feedStates: Pick<FeedStates, 'load'>;
  readonly subscriptionStates: Pick<SubscriptionStates, 'load'>;
  readonly incidents: Pick<Incidents, 'list'>;
  readonly holds: Pick<Holds, 'list'>;
  readonly relays: Pick<Relays, 'list'>;
  readonly latencies: Pick<Latencies, 'list'>;
  readonly sweepStates: Pick<SweepStates, 'load'>;
  readonly queues: Parameters<typeof readQueueLoad>[0];
  readonly policyState: () => Promise<PolicyState>;
  readonly settings: Pick<Settings, 'SYNC_OBJECTS_PER_SECOND'>;
  readonly now: () => Date;
};

const feeds: readonly Feed[] = ['groups', 'users', 'devices'];

/**
 * The state of the whole. Nothing in it takes longer the more objects there are: objects are counted
 * when they change, and of queues and violations only so many are looked at.
 */
export async function readStatus(deps: StatusDeps) {
  const now = deps.now();
  const [
    { policy, problem },
    subscriptions,
    feedStates,
    counts,
    violations,
    holds,
    relays,
    latencies,
    load,
    sweeps,
  ] = await Promise.all([
    // Without any valid policy nothing is evaluated, and the status is where people look for why.
    deps.policyState().catch((error: unknown) => ({
      policy: undefined,
      problem: error instanceof Error ? error.message : String(error),
    })),
    deps.subscriptionStates.load(),
    Promise.all(feeds.map(async (feed) => ({ feed, state: await deps.feedStates.load(feed) }))),
    deps.counts.read(),
    openViolations(deps.incidents, now),
    openHolds(deps.holds, now),
    Array.fromAsync(deps.relays.list(), (heartbeat) => relayOf(heartbeat, now)),
    deps.latencies.list(now),
    lookIntoQueues(deps, now),
    Promise.all(ObjectKind.options.map((kind) => deps.sweepStates.load(kind))),
  ]);
  const age = (moment: string | undefined): number | null =>
    moment === undefined ? null : secondsSince(moment, now);
  return {
    at: now.toISOString(),
    policy: { version: policy?.version ?? null, problem: problem ?? null },
    lag: 'problem' in load ? null : lagOf(load, now),
    latency: percentilesOf(latencies),
    relays,
    queues: 'problem' in load ? [] : load.depths,
    queueProblem: 'problem' in load ? load.problem : null,
    subscriptions: subscriptions.subscriptions.map(({ resource, expiresAt, touchedAt }) => ({
      resource,
      expiresAt,
      secondsSinceTouched: age(touchedAt),
    })),
    feeds: feedStates.map(({ feed, state }) => ({
      feed,
      started: state.link !== undefined,
      synchronising: state.resync ?? null,
      secondsSinceDrain: age(state.lastDrainFinishedAt),
      secondsSinceChange: age(state.lastChangeAt),
      secondsSinceNotification: age(state.lastNotifiedAt),
    })),
    sweeps: sweeps.map((state, index) =>
      sweepStatus(ObjectKind.options[index], state, now, deps.settings.SYNC_OBJECTS_PER_SECOND),
    ),
    objects: byKind((kind) => countsOf(counts[kind])),
    /** What the relay would do and does not, since it is in stage mode or a plan is held. */
    keptBack: byKind((kind) => keptBackOf(counts[kind])),
    violations,
    holds,
  };
}

const byKind = <T>(value: (kind: ObjectKind) => T): Readonly<Record<ObjectKind, T>> => ({
  group: value('group'),
  user: value('user'),
  device: value('device'),
});

const countsOf = ({ write = 0, freeze = 0, remove = 0, ignore = 0, written = 0, failed = 0 }: Tally) => ({
  write,
  freeze,
  remove,
  ignore,
  written,
  failed,
});

const keptBackOf = (tally: Tally): PlanCounts => ({
  created: tally['keptBack.created'] ?? 0,
  changed: tally['keptBack.changed'] ?? 0,
  deleted: tally['keptBack.deleted'] ?? 0,
  membersAdded: tally['keptBack.membersAdded'] ?? 0,
  membersRemoved: tally['keptBack.membersRemoved'] ?? 0,
});

/** A relay that misses two heartbeats and a half is not there any more, as far as anyone can tell. */
export const silentAfterSeconds = 150;

/** A relay as the status shows it. */
export function relayOf(heartbeat: Heartbeat, now: Date) {
  const { relay, at, startedAt, mode, stopping, directory, budgets, openHolds, counts } = heartbeat;
  const secondsSinceContact = secondsSince(at, now);
  const alive = !stopping && secondsSinceContact < silentAfterSeconds;
  return {
    ...relay,
    state: alive ? ('alive' as const) : stopping ? ('stopped' as const) : ('silent' as const),
    secondsSinceContact,
    startedAt,
    mode,
    directory,
    budgets,
    openHolds,
    counts,
  };
}

async function lookIntoQueues(
  deps: StatusDeps,
  now: Date,
): Promise<QueueLoad | { readonly problem: string }> {
  try {
    return await readQueueLoad(deps.queues, now);
  } catch (error) {
    // The status is asked for most when something is wrong: it must not fail with the rest.
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const lagOf = ({ oldestUnwritten: oldest }: QueueLoad, now: Date) => ({
  seconds: oldest ? secondsSince(oldest.receivedAt, now) : 0,
  oldest: oldest ?? null,
});

/** Of changes that reached AD within the last hour, from their first sign on; in milliseconds. */
function percentilesOf(latencies: readonly Latency[]) {
  const of = (pick: (latency: Latency) => number) => {
    const sorted = latencies.map(pick).toSorted((one, other) => one - other);
    const at = (share: number): number | null =>
      sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  };
  return {
    changes: latencies.length,
    total: of(({ totalMs }) => totalMs),
    decide: of(({ decideMs }) => decideMs),
    queue: of(({ queueMs }) => queueMs),
    write: of(({ writeMs }) => writeMs),
  };
}

/** Most open violations of one code that are looked at. */
const mostOfOneCode = 500;

async function openViolations(incidents: StatusDeps['incidents'], now: Date) {
  const counted = await Promise.all(ViolationCode.options.map((code) => openOf(code, incidents, now)));
  return counted.filter(({ count }) => count > 0);
}

async function openOf(code: ViolationCode, incidents: StatusDeps['incidents'], now: Date) {
  const open: Incident[] = [];
  let more = false;
  for await (const incident of incidents.list({ code })) {
    more = open.length === mostOfOneCode;
    if (more) break;
    open.push(incident);
  }
  const ages = open.map(({ openedAt }) => secondsSince(openedAt, now));
  const oldestSeconds = ages.length > 0 ? Math.max(...ages) : null;
  return { code, severity: violationCodes[code].severity, count: open.length, more, oldestSeconds };
}

async function openHolds(holds: StatusDeps['holds'], now: Date) {
  const ages: number[] = [];
  for await (const { state, heldAt } of holds.list())
    if (state === 'open') ages.push(secondsSince(heldAt, now));
  return { open: ages.length, oldestSeconds: ages.length > 0 ? Math.max(...ages) : null };
}
