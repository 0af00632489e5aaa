import type { SettingsPatch } from '../../../local/graph/behaviour/behaviour.ts';
import { createTenant, type Tenant } from '../../../local/graph/tenant/tenant.ts';
import { type AlertNotice, Feed } from '../../../shared/bus/index.ts';
import {
  type CompareRequest,
  type Comparison,
  momentOf,
  type ObjectRef,
} from '../../../shared/domain/index.ts';
import { createApp } from '../../../shared/flow/app.ts';
import { evaluateChange } from '../../../shared/flow/evaluate/evaluate-change.ts';
import { drainFeed } from '../../../shared/flow/feed/drain-feed.ts';
import { settleOutcome } from '../../../shared/flow/settle/settle-outcome.ts';
import { reviveSweep, runStep, settleComparison } from '../../../shared/flow/sweep/index.ts';
import { watchPolicy } from '../../../shared/flow/watch/watch-policy.ts';
import { watchTenant } from '../../../shared/flow/watch/watch-tenant.ts';
import { defaultPolicy, type Policy } from '../../../shared/policy/index.ts';
import { readSettings } from '../../../shared/settings/settings.ts';
import { memoryStore } from '../../../shared/state/index.ts';
import { type AdChange, createAd } from './ad.ts';
import { Crash, createCrashes } from './crashes.ts';
import { graphInProcess } from './graph.ts';
import { createQueues, type Waiting } from './queues.ts';

export const clientState = 'a secret of the simulation';
/** 6 January 2026, noon. */
const start = Date.UTC(2026, 0, 6, 12);

/** Ids in one answer of the relay. */
const idsPerAnswer = 4000;

export type Event = { readonly event: string } & Readonly<Record<string, unknown>>;

export type WorldOptions = {
  readonly behaviour?: SettingsPatch;
  readonly policy?: Policy;
  readonly settings?: Readonly<Record<string, string>>;
  readonly onAdChange?: (change: AdChange, tenant: Tenant) => void;
  readonly onAdRemoval?: (object: ObjectRef, tenant: Tenant) => void;
  readonly memberCacheMs?: number;
  /** How long each message takes, in milliseconds; none unless told. */
  readonly tickMs?: number;
  /** Feeds that the timer rings for; all unless told. */
  readonly feeds?: readonly Feed[];
};

/**
 * The whole cloud side in memory, with a clock that goes on only when it is told: the tenant of the
 * Graph double, queues with sessions, state, and a model of AD.
 */
export function createWorld(options: WorldOptions = {}) {
  const clock = { now: start };
  const now = (): Date => new Date(clock.now);
  const tenant = createTenant({
    tenantId: '9a3d526c-b3c1-4479-ba74-197b5c5751ae',
    seed: 'simulation',
    now: () => clock.now,
  });
  const { graph, behaviour, statistics } = graphInProcess(
    tenant,
    now,
    options.behaviour,
    options.memberCacheMs ?? 0,
  );
  const queues = createQueues(() => clock.now);
  const store = memoryStore();
  const crashes = createCrashes();
  const ad = createAd(
    (change) => options.onAdChange?.(change, tenant),
    (object) => options.onAdRemoval?.(object, tenant),
  );
  const events: Event[] = [];
  const alerts: AlertNotice[] = [];
  const policy = { current: options.policy ?? defaultPolicy() };
  const read = readSettings({
    ServiceBus: 'Endpoint=sb://in.memory',
    NOTIFICATION_CLIENT_STATE: clientState,
    ...options.settings,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  let ids = 0;
  const app = createApp({
    settings: read.settings,
    graph: crashes.graph(graph),
    bus: crashes.bus(queues.bus),
    store: crashes.store(store),
    // Nothing is lost here, and nobody looks.
    queues: { peek: async () => [], withMessage: async () => ({ taken: false, why: 'gone' }) },
    policyState: async () => ({ policy: policy.current, problem: undefined }),
    now,
    random: () => 0.5,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    randomBytes: (size) => new Uint8Array(size),
    sleep: async () => undefined,
  });
  const around = app.withLog((event, fields) => events.push({ event, ...fields }));
  const trace = '00-00000000000000000000000000000000-0000000000000000-01';

  async function handle(message: Waiting): Promise<void> {
    switch (message.queue) {
      case 'feeds':
        return message.body.type === 'sweep'
          ? runStep(message.body, trace, around.sweeping)
          : drainFeed(message.body, trace, around.draining);
      case 'changes':
        return evaluateChange(message.body, trace, around.evaluating);
      case 'outcomes':
        if (message.body.type === 'heartbeat') throw new Error('No relay beats here.');
        return message.body.type === 'comparison'
          ? settleComparison(message.body, trace, around.sweeping)
          : settleOutcome(message.body, trace, around.settling);
      case 'intents': {
        const { body } = message;
        if (body.type === 'compare') {
          return queues.bus.send(
            'outcomes',
            compare(body).map((answer) => ({ body: answer })),
          );
        }
        if (body.type === 'express') return;
        if (body.type === 'hold') throw new Error('Nobody decides about held plans here.');
        return crashes.bus(queues.bus).send('outcomes', [{ body: ad.apply(body, momentOf(now())) }]);
      }
      case 'alerts':
        alerts.push(message.body);
        return;
      case 'rejected':
        throw new Error(`A message was rejected: ${message.body.reason}`);
    }
  }

  function compare(request: CompareRequest): readonly Comparison[] {
    const { sweepId, kind } = request;
    const head = { type: 'comparison', sweepId, kind, at: momentOf(now()) } as const;
    if (request.ask === 'marked') {
      const all = ad.marked(kind);
      const many = Math.max(1, Math.ceil(all.length / idsPerAnswer));
      return Array.from({ length: many }, (_, index) => {
        const ids = all.slice(index * idsPerAnswer, (index + 1) * idsPerAnswer);
        const doubled = index === 0 ? ad.trouble.doubled : [];
        return { ...head, ask: 'marked', ids, doubled, last: index === many - 1 };
      });
    }
    const differing = request.objects.flatMap(({ desired, members }) => ad.compare(desired, members));
    return [{ ...head, ask: 'objects', compared: request.objects.length, differing }];
  }

  /** Handles one message; a crash leaves it where it is. Answers whether it was handled. */
  async function deliver(message: Waiting): Promise<boolean> {
    try {
      await handle(message);
    } catch (error) {
      if (error instanceof Crash) return false;
      throw error;
    }
    queues.complete(message);
    clock.now += options.tickMs ?? 0;
    return true;
  }

  /** Delivers what is due until nothing is, session by session. */
  async function settle(): Promise<void> {
    for (let any = true; any; ) {
      any = false;
      for (const session of queues.sessions()) {
        for (let next = queues.first(session, clock.now); next; next = queues.first(session, clock.now)) {
          any = true;
          await deliver(next);
        }
      }
    }
  }

  const ring = (feed: Feed): Promise<void> => {
    const at = momentOf(now());
    const body = { feed, notified: [], receivedAt: at, ringsAt: at, attempt: 0 };
    return queues.bus.send('feeds', [{ body }]);
  };

  /** What the timers of every minute do. */
  async function minute(): Promise<void> {
    for (const feed of options.feeds ?? Feed.options) await ring(feed);
    await watchPolicy(trace, { ...around, ...around.sweeping, states: around.states });
    for (const kind of ['group', 'user', 'device'] as const) await reviveSweep(kind, trace, around.sweeping);
  }

  /** Lets time pass, with every scheduled message at its time and the timers of each minute. */
  async function pass(ms: number, timers = true): Promise<void> {
    const end = clock.now + ms;
    await settle();
    while (clock.now < end) {
      const nextMinute = (Math.floor(clock.now / 60_000) + 1) * 60_000;
      clock.now = Math.min(end, timers ? nextMinute : end, Math.max(clock.now, queues.nextDue() ?? end));
      if (timers && clock.now === nextMinute) await minute();
      await settle();
    }
  }

  return {
    clock,
    now,
    tenant,
    graph,
    behaviour,
    statistics,
    queues,
    store,
    crashes,
    ad,
    app,
    around,
    trace,
    events,
    alerts,
    policy,
    deliver,
    settle,
    pass,
    ring,
    minute,
    watchTenant: () => watchTenant(trace, { ...around, ...around.sweeping, graph: around.graph }),
    /** Events of this name so far. */
    named: (name: string): readonly Event[] => events.filter(({ event }) => event === name),
  };
}

export type World = ReturnType<typeof createWorld>;
