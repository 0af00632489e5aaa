import {
  type AlertConfig,
  type Alerts,
  type AlertTrouble,
  createAlerts,
  createLinks,
  createSender,
  loadAlertConfig,
  type Send,
  type SendDeps,
} from '../../../shared/alerts/index.ts';
import type { AlertNotice } from '../../../shared/bus/index.ts';
import { momentOf, type Violation, violationCodes } from '../../../shared/domain/index.ts';
import { createIncidents, memoryStore, type StateStore } from '../../../shared/state/index.ts';

/** Alerts over a store, with a clock that stands still until it is moved. */
export type World = {
  readonly alerts: Alerts;
  readonly store: StateStore;
  readonly incidents: ReturnType<typeof createIncidents>;
  readonly log: readonly string[];
  /** What the alerts raised and resolved about themselves, in order. */
  readonly troubles: readonly string[];
  now(): Date;
  /** Reports a violation as the flow does; answers the notice that it would send. */
  report(violation: Violation): Promise<AlertNotice>;
  /** Reports it and hands the notice on. */
  open(...violations: readonly Violation[]): Promise<void>;
  /** Resolves the incident and hands the notice on. */
  close(violation: Violation): Promise<void>;
  /** Lets time pass, with a pass of the alerts every ten seconds, or less often over longer times. */
  pass(seconds: number): Promise<void>;
  /** The same store and clock with a new process around them; `config` may have changed. */
  restart(change?: Partial<WorldOptions>): World;
};

export type WorldOptions = {
  readonly config: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Ways to channels other than those of the file. */
  readonly sender?: (name: string, config: AlertConfig) => Send | undefined;
  readonly graphMail?: SendDeps['graphMail'];
  readonly store?: StateStore;
  readonly from?: string;
  readonly placeOf?: (violation: Violation) => string | undefined;
  /** The time, and the number of ids that were given; shared by the processes of one world. */
  readonly clock?: { ms: number; ids: number };
  readonly timeoutMs?: number;
  /** What is wrong with a newer alerts.yaml. */
  readonly problem?: () => string | undefined;
};

export function configOf(text: string): AlertConfig {
  const loaded = loadAlertConfig(text);
  if (!loaded.ok) throw new Error(loaded.errors.map((error) => `${error.path}: ${error.message}`).join('\n'));
  return loaded.config;
}

export function createWorld(options: WorldOptions): World {
  const {
    store = memoryStore(),
    settings = {},
    clock = { ms: Date.parse(options.from ?? '2027-03-01T10:00:00Z'), ids: 0 },
  } = options;
  const now = (): Date => new Date(clock.ms);
  const newId = (): string => `id-${++clock.ids}`;
  const incidents = createIncidents(store, newId);
  const log: string[] = [];
  const troubles: string[] = [];
  const sending: SendDeps = {
    setting: (name) => settings[name],
    links: createLinks('https://writeback.contoso.test'),
    now,
    graphMail: options.graphMail ?? (async () => ({ result: 'refused', why: 'no Graph here' })),
    timeoutMs: options.timeoutMs ?? 2000,
  };
  const config = configOf(options.config);
  const violationOf = (code: AlertTrouble, subject: string, message: string): Violation => ({
    code,
    severity: violationCodes[code].severity,
    subject,
    message,
    remedy: violationCodes[code].remedy,
    at: momentOf(now()),
    details: {},
  });
  const alerts: Alerts = createAlerts({
    store,
    incidents,
    config: async () => ({ config, problem: options.problem?.() }),
    sender:
      options.sender ??
      ((name, { channels }) => {
        const channel = channels[name];
        return channel && createSender(channel, sending);
      }),
    placeOf: async (violation) => options.placeOf?.(violation),
    raise: async (code, subject, message) => {
      troubles.push(`raised ${code} ${subject}`);
      await world.open(violationOf(code, subject, message));
    },
    resolve: async (code, subject) => {
      troubles.push(`resolved ${code} ${subject}`);
      await world.close(violationOf(code, subject, ''));
    },
    log: (event, fields) => log.push(JSON.stringify({ event, ...fields })),
    now,
    random: () => 0,
    newId,
  });
  const world: World = {
    alerts,
    store,
    incidents,
    log,
    troubles,
    now,
    async report(violation) {
      const { event, incident } = await incidents.report(violation);
      const { incidentId, count, openedAt } = incident;
      return { incidentId, event, violation: incident.violation, count, openedAt };
    },
    async open(...violations) {
      for (const one of violations) await alerts.receive(await world.report({ ...one, at: momentOf(now()) }));
    },
    async close(violation) {
      const incident = await incidents.resolve(violation.code, violation);
      if (!incident) return;
      const { incidentId, count, openedAt } = incident;
      await alerts.receive({ incidentId, event: 'resolved', violation: incident.violation, count, openedAt });
    },
    async pass(seconds) {
      const end = clock.ms + seconds * 1000;
      const step = Math.max(10_000, (seconds * 1000) / 120);
      while (clock.ms < end) {
        clock.ms = Math.min(end, clock.ms + step);
        await alerts.flush();
      }
    },
    restart: (change = {}) => createWorld({ ...options, store, clock, ...change }),
  };
  return world;
}

/** A channel that keeps what it is told. It takes everything, unless it is told to fail. */
export function createRecorder() {
  const told: {
    readonly channel: string;
    readonly event: string;
    readonly incidentId: string;
    readonly of: string;
    readonly message: string;
  }[] = [];
  const messages: { readonly channel: string; readonly id: string; readonly incidents: number }[] = [];
  let fails: (channel: string) => Awaited<ReturnType<Send>> | undefined = () => undefined;
  const sender =
    (channel: string): Send =>
    async ({ message, covers }) => {
      const failure = fails(channel);
      if (failure) return failure;
      messages.push({ channel, id: message.id, incidents: covers.length });
      for (const { event, incidentId, channel: of } of covers)
        told.push({ channel, event, incidentId, of, message: message.id });
      return { result: 'taken' };
    };
  return {
    sender,
    told: (channel?: string) => told.filter((one) => !channel || one.channel === channel),
    messages,
    fail: (how: typeof fails) => {
      fails = how;
    },
  };
}
