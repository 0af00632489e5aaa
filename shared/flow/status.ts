import type { Feed } from '../bus/index.ts';
import {
  addCounts,
  type Decision,
  nothingCounted,
  type ObjectKind,
  type PlanCounts,
} from '../domain/index.ts';
import type { FeedStates, Holds, Incidents, ObjectStates, SubscriptionStates } from '../state/index.ts';
import type { PolicyState } from './app.ts';

export type StatusDeps = {
  readonly states: Pick<ObjectStates, 'list'>;
  readonly feedStates: Pick<FeedStates, 'load'>;
  readonly subscriptionStates: Pick<SubscriptionStates, 'load'>;
  readonly incidents: Pick<Incidents, 'list'>;
  readonly holds: Pick<Holds, 'list'>;
  readonly policyState: () => Promise<PolicyState>;
  readonly now: () => Date;
};

type Counts = Readonly<Record<Decision['outcome'] | 'written' | 'failed', number>>;

const feeds: readonly Feed[] = ['groups', 'users', 'devices'];
const kinds: readonly ObjectKind[] = ['group', 'user', 'device'];

/** The state of the whole: policy, subscriptions, feeds, counts by decision, open violations. */
export async function readStatus(deps: StatusDeps) {
  const now = deps.now();
  const [{ policy, problem }, subscriptions, feedStates, objects, violations, openHolds] = await Promise.all([
    deps.policyState(),
    deps.subscriptionStates.load(),
    Promise.all(feeds.map(async (feed) => ({ feed, state: await deps.feedStates.load(feed) }))),
    Promise.all(kinds.map(async (kind) => [kind, await countObjects(kind, deps)] as const)),
    countViolations(deps.incidents),
    countOpen(deps.holds),
  ]);
  const age = (moment: string | undefined): number | null =>
    moment === undefined ? null : Math.round((now.getTime() - Date.parse(moment)) / 1000);
  return {
    at: now.toISOString(),
    policy: { version: policy.version, problem: problem ?? null },
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
    })),
    objects: Object.fromEntries(objects.map(([kind, { counts }]) => [kind, counts])),
    /** What the relay would do and does not, since it is in stage mode or a plan is held. */
    keptBack: Object.fromEntries(objects.map(([kind, { keptBack }]) => [kind, keptBack])),
    violations,
    openHolds,
  };
}

async function countObjects(
  kind: ObjectKind,
  deps: StatusDeps,
): Promise<{ readonly counts: Counts; readonly keptBack: PlanCounts }> {
  const counts = { write: 0, freeze: 0, remove: 0, ignore: 0, written: 0, failed: 0 };
  let keptBack = nothingCounted;
  for await (const { state } of deps.states.list(kind)) {
    if (state.lastDecision) counts[state.lastDecision.outcome] += 1;
    if (state.written) counts.written += 1;
    if (state.lastOutcome?.failure) counts.failed += 1;
    if (state.keptBack) keptBack = addCounts(keptBack, state.keptBack);
  }
  return { counts, keptBack };
}

async function countOpen(holds: StatusDeps['holds']): Promise<number> {
  let count = 0;
  for await (const { state } of holds.list()) if (state === 'open') count += 1;
  return count;
}

async function countViolations(
  incidents: StatusDeps['incidents'],
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for await (const { violation } of incidents.list())
    counts[violation.code] = (counts[violation.code] ?? 0) + 1;
  return counts;
}
