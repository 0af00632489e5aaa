import { beforeEach, describe, expect, it } from 'vitest';
import { encode, type Peeked, type Place, type Queues } from '../../shared/bus/index.ts';
import {
  type Change,
  EntraId,
  type Heartbeat,
  type Moment,
  momentOf,
  Violation,
  violationCodes,
} from '../../shared/domain/index.ts';
import type { SystemViolation } from '../../shared/flow/app.ts';
import { readStatus, type StatusDeps } from '../../shared/flow/operate/status.ts';
import { listViolations } from '../../shared/flow/operate/violations.ts';
import { createSweepStates } from '../../shared/flow/sweep/index.ts';
import { watchRelays } from '../../shared/flow/watch/watch-relays.ts';
import { defaultPolicy } from '../../shared/policy/index.ts';
import {
  createFeedStates,
  createHolds,
  createIncidents,
  createLatencies,
  createObjectCounts,
  createRelays,
  createSubscriptionStates,
  memoryStore,
  type StateStore,
} from '../../shared/state/index.ts';

const noon = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds: number): Moment => momentOf(new Date(noon - seconds * 1000));
const group = { kind: 'group', id: EntraId.parse('3a5c3221-c465-48c0-95b8-e9305786a271') } as const;

let store: StateStore;
let nowMs: number;
let lying: Map<string, readonly Peeked[]>;
let deps: StatusDeps;
let id: number;

const placeOf = ({ queue, deadLetter }: Place): string => `${queue}${deadLetter ? '!' : ''}`;
const queues: Pick<Queues, 'peek'> = { peek: async (place) => lying.get(placeOf(place)) ?? [] };
const message = (text: string, seconds: number, state: Peeked['state'] = 'active'): Peeked => ({
  sequence: '1',
  state,
  text,
  enqueuedAt: new Date(noon - seconds * 1000),
  deliveryCount: 0,
  messageId: undefined,
  sessionId: undefined,
  reason: undefined,
  description: undefined,
});
const change = (cause: Change['cause'], seconds: number): string =>
  encode('changes', {
    ...group,
    cause,
    membership: { read: 'none' },
    receivedAt: ago(seconds),
    attempt: 0,
  });

beforeEach(() => {
  store = memoryStore();
  nowMs = noon;
  lying = new Map();
  id = 0;
  const now = () => new Date(nowMs);
  const policy = defaultPolicy();
  deps = {
    counts: createObjectCounts(store),
    feedStates: createFeedStates(store, now),
    subscriptionStates: createSubscriptionStates(store),
    incidents: createIncidents(store, () => `incident-${++id}`),
    holds: createHolds(store),
    relays: createRelays(store),
    latencies: createLatencies(store, 'this'),
    sweepStates: createSweepStates(store),
    queues,
    policyState: async () => ({ policy, problem: undefined }),
    settings: { SYNC_OBJECTS_PER_SECOND: 50 },
    now,
  };
});

const violation = (code: keyof typeof violationCodes, seconds: number, subject = 'something'): Violation =>
  Violation.parse({
    code,
    severity: violationCodes[code].severity,
    remedy: violationCodes[code].remedy,
    subject,
    message: 'It is so.',
    at: ago(seconds),
  });

describe('the lag', () => {
  it('is nothing where nothing waits', async () => {
    expect((await readStatus(deps)).lag).toEqual({ seconds: 0, oldest: null });
  });

  it('is the age of the oldest change that is not in AD, wherever it waits', async () => {
    lying.set('changes', [message(change('notification', 20), 5), message(change('feed', 90), 5)]);
    expect((await readStatus(deps)).lag).toMatchObject({
      seconds: 90,
      oldest: { object: group, cause: 'feed', in: 'changes' },
    });
  });

  it('counts what is tried again later, and not what is only looked at later', async () => {
    lying.set('changes', [
      message(change('retry', 600), 5, 'scheduled'),
      message(change('confirmation', 3000), 5, 'scheduled'),
      message(change('sweep', 9000), 5),
      message(change('notification', 9000), 5, 'scheduled'),
    ]);
    expect((await readStatus(deps)).lag).toMatchObject({ seconds: 600, oldest: { cause: 'retry' } });
  });
});

it('The status says that there is no policy, and why, where none has ever loaded', async () => {
  const policyState = () => Promise.reject(new Error('policy.yaml:3:16: no such thing'));
  expect((await readStatus({ ...deps, policyState })).policy).toEqual({
    version: null,
    problem: 'policy.yaml:3:16: no such thing',
  });
});

describe('the queues', () => {
  it('show what waits, for how long, what comes later and what was given up', async () => {
    lying.set('changes', [message(change('feed', 1), 40), message('', 10), message('', 0, 'scheduled')]);
    lying.set('changes!', [message('', 0)]);
    lying.set('rejected', [message('', 0), message('', 0)]);
    const { queues: shown } = await readStatus(deps);
    expect(shown.find(({ queue }) => queue === 'changes')).toEqual({
      queue: 'changes',
      waiting: 2,
      scheduled: 1,
      deadLetters: 1,
      more: false,
      oldestSeconds: 40,
    });
    expect(shown.find(({ queue }) => queue === 'rejected')).toMatchObject({ deadLetters: 2 });
  });

  it('that cannot be looked at leave the rest of the status as it is', async () => {
    const broken = { peek: () => Promise.reject(new Error('Service Bus is away')) };
    const status = await readStatus({ ...deps, queues: broken });
    expect(status).toMatchObject({ lag: null, queues: [], queueProblem: 'Service Bus is away' });
    expect(status.objects.group.write).toBe(0);
  });
});

describe('the latency', () => {
  it('has the percentiles of the last hour', async () => {
    const latencies = createLatencies(store, 'this');
    for (let ms = 1; ms <= 100; ms++)
      latencies.note({ at: ago(60), totalMs: ms, decideMs: 1, queueMs: 2, writeMs: 3 });
    latencies.note({ at: ago(7200), totalMs: 99_999, decideMs: 1, queueMs: 2, writeMs: 3 });
    expect((await readStatus({ ...deps, latencies })).latency).toMatchObject({
      changes: 100,
      total: { p50: 50, p95: 95, p99: 99, max: 100 },
      queue: { p50: 2, max: 2 },
    });
  });
});

describe('the sweeps', () => {
  it('show how far they are and how the last one ended', async () => {
    await createSweepStates(store).update('group', () => ({
      running: {
        id: 's',
        why: 'request',
        startedAt: ago(30),
        full: false,
        report: true,
        phase: 'looking',
        step: 3,
        total: 400,
        listed: 200,
        pages: 2,
        called: 1,
        compared: 199,
        asked: 2,
        answered: 1,
        unanswerable: 0,
        differing: 4,
        unknown: 0,
        orphans: 0,
        doubled: 0,
        markersRead: false,
        touchedAt: ago(1),
      },
    }));
    const { sweeps } = await readStatus(deps);
    expect(sweeps[0]).toMatchObject({
      kind: 'group',
      running: {
        why: 'request',
        secondsSinceStart: 30,
        listed: 200,
        total: 400,
        done: 200,
        percent: 50,
        objectsPerSecond: 6.7,
        secondsLeft: 30,
        differing: 4,
        report: true,
      },
      last: null,
    });
    expect(sweeps[1]).toEqual({ kind: 'user', running: null, last: null });
  });
});

describe('the violations', () => {
  it('are counted by code with the age of the oldest', async () => {
    const incidents = createIncidents(store, () => `incident-${++id}`);
    await incidents.report(violation('BUDGET_EXCEEDED', 60, 'one'));
    await incidents.report(violation('BUDGET_EXCEEDED', 600, 'two'));
    await incidents.report(violation('GROUP_TOO_LARGE', 5));
    expect((await readStatus(deps)).violations).toEqual([
      { code: 'GROUP_TOO_LARGE', severity: 'error', count: 1, more: false, oldestSeconds: 5 },
      { code: 'BUDGET_EXCEEDED', severity: 'critical', count: 2, more: false, oldestSeconds: 600 },
    ]);
  });

  it('are listed page by page, by code and by severity', async () => {
    const incidents = createIncidents(store, () => `incident-${++id}`);
    for (let index = 0; index < 5; index++)
      await incidents.report(violation('NAME_COLLISION', 10, `object ${index}`));
    await incidents.report(violation('NAME_FORBIDDEN', 10));
    await incidents.report(violation('DRIFT_REPORTED', 10));
    const given = { incidents, now: () => new Date(nowMs) };
    const subjects: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await listViolations({ code: 'NAME_COLLISION', limit: 2, after }, given);
      subjects.push(...page.value.map((one) => one.violation.subject));
      if (page.next === null) break;
      after = page.next;
    }
    expect(subjects).toEqual(['object 0', 'object 1', 'object 2', 'object 3', 'object 4']);
    const warnings = await listViolations({ severity: 'warning', limit: 100 }, given);
    expect(warnings.value.map((one) => [one.violation.code, one.ageSeconds])).toEqual([
      ['DRIFT_REPORTED', 10],
    ]);
  });
});

describe('a relay', () => {
  const heartbeat = (more: Partial<Heartbeat> = {}): Heartbeat => ({
    type: 'heartbeat',
    relay: { name: 'one', version: '1.0.0', host: 'dc1' },
    at: ago(0),
    startedAt: ago(3600),
    mode: 'run',
    stopping: false,
    directory: { state: 'up' },
    budgets: {},
    openHolds: 0,
    counts: {},
    ...more,
  });
  let raised: SystemViolation[];
  const watch = async (): Promise<void> => {
    const incidents = createIncidents(store, () => `incident-${++id}`);
    await watchRelays({
      relays: createRelays(store),
      incidents,
      raise: async (one) => {
        raised.push(one);
        await incidents.report(violation(one.code, 0, one.subject));
      },
      resolve: async (code, subject) => void (await incidents.resolve(code, { subject })),
      now: () => new Date(nowMs),
    });
  };
  const open = async (): Promise<number> =>
    (await readStatus(deps)).violations.find(({ code }) => code === 'RELAY_SILENT')?.count ?? 0;
  const later = (seconds: number): void => {
    nowMs += seconds * 1000;
  };
  const relays = () => createRelays(store);
  beforeEach(() => {
    raised = [];
  });

  it('is alive as long as its heart beats, and shown with what it says', async () => {
    await relays().heard(
      heartbeat({ budgets: { deletions: { hour: { used: 3, limit: 50 }, day: { used: 4, limit: 100 } } } }),
    );
    later(100);
    expect((await readStatus(deps)).relays).toMatchObject([
      {
        name: 'one',
        host: 'dc1',
        state: 'alive',
        mode: 'run',
        secondsSinceContact: 100,
        budgets: { deletions: { day: { used: 4 } } },
      },
    ]);
    later(100);
    expect((await readStatus(deps)).relays).toMatchObject([{ state: 'silent' }]);
  });

  it('that goes silent is told of once, and resolved when it is back', async () => {
    await relays().heard(heartbeat());
    later(200);
    await watch();
    expect(raised).toEqual([]);
    later(200);
    await watch();
    await watch();
    expect(raised).toMatchObject([{ code: 'RELAY_SILENT', subject: 'one on dc1' }]);
    expect(raised[0]?.message).toContain('nothing is written');
    expect(await open()).toBe(1);
    await relays().heard(heartbeat({ at: momentOf(new Date(nowMs)) }));
    await watch();
    expect(await open()).toBe(0);
  });

  it('that was stopped is nobody’s alarm while another one goes on, and one when it was the last', async () => {
    await relays().heard(heartbeat({ stopping: true }));
    const other = { relay: { name: 'two', version: '1.0.0', host: 'dc2' } };
    later(400);
    await relays().heard(heartbeat({ ...other, at: momentOf(new Date(nowMs)) }));
    await watch();
    expect(raised).toEqual([]);
    later(400);
    await watch();
    expect(raised.map(({ subject }) => subject).toSorted()).toEqual(['one on dc1', 'two on dc2']);
  });

  it('that is older news than what is known changes nothing, and is forgotten after a week', async () => {
    await relays().heard(heartbeat({ mode: 'run' }));
    await relays().heard(heartbeat({ mode: 'stage', at: ago(60) }));
    expect((await readStatus(deps)).relays).toMatchObject([{ mode: 'run' }]);
    later(8 * 86_400);
    await watch();
    expect((await readStatus(deps)).relays).toEqual([]);
    expect(raised).toEqual([]);
  });
});
