import { globSync, readFileSync } from 'node:fs';
import { type Attributes, type Meter, metrics } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metered } from '../../../shared/telemetry/metrics.ts';
import { metricNames, spans } from '../../../shared/telemetry/names.ts';
import { inSpan } from '../../../shared/telemetry/spans.ts';
import { startTelemetry } from '../../../shared/telemetry/start.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('without an exporter', () => {
  it('the trace goes on as it came, and work is done as ever', async () => {
    expect(await inSpan('evaluate', { traceparent }, async (within) => within)).toBe(traceparent);
    expect(await inSpan('evaluate', {}, async (within) => within)).toBeUndefined();
    await expect(inSpan('evaluate', { traceparent }, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
  });

  it('nothing is loaded, whatever is installed', async () => {
    const loaded: string[] = [];
    const load = async (name: string) => loaded.push(name);
    await startTelemetry('entra-writeback-relay', {}, () => undefined, load);
    expect(loaded).toEqual([]);
  });
});

describe('an exporter', () => {
  const told: unknown[] = [];
  const log = (event: string, fields: object) => void told.push({ event, ...fields });
  beforeEach(() => {
    told.length = 0;
  });

  it('that is asked for and not installed is named, and nothing fails', async () => {
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    await startTelemetry('entra-writeback-relay', environment, log);
    expect(told).toEqual([
      {
        event: 'telemetry.off',
        exporter: '@opentelemetry/sdk-node',
        message: expect.stringContaining('npm install @opentelemetry/sdk-node'),
      },
    ]);
  });

  it('is started with the name of the service', async () => {
    const started: unknown[] = [];
    class NodeSDK {
      readonly options: object;
      constructor(options: object) {
        this.options = options;
      }
      start(): void {
        started.push(this.options);
      }
    }
    const environment = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' };
    await startTelemetry('entra-writeback-relay', environment, log, async () => ({ NodeSDK }));
    expect(started).toEqual([{ serviceName: 'entra-writeback-relay' }]);
    expect(told).toEqual([{ event: 'telemetry.started', exporter: '@opentelemetry/sdk-node' }]);
  });

  it('of Azure gets the connection string, which no log shows', async () => {
    const given: unknown[] = [];
    const connectionString = 'InstrumentationKey=canary-0123';
    await startTelemetry(
      'entra-writeback-functions',
      { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString },
      log,
      async () => ({ useAzureMonitor: (options: object) => given.push(options) }),
    );
    expect(given).toMatchObject([{ azureMonitorExporterOptions: { connectionString } }]);
    expect(JSON.stringify(told)).not.toContain('canary');
  });
});

describe('metrics', () => {
  type Point = readonly [name: string, value: number, attributes: Attributes | undefined];
  const points: Point[] = [];
  const record = (name: string) => (value: number, attributes?: Attributes) =>
    void points.push([name, value, attributes]);
  const meter: Pick<Meter, 'createCounter' | 'createHistogram'> = {
    createCounter: (name) => ({ add: record(name) }),
    createHistogram: (name) => ({ record: record(name) }),
  };
  beforeEach(() => {
    points.length = 0;
    const noop = metrics.getMeter('anything');
    metrics.setGlobalMeterProvider({
      getMeter: () => Object.assign(Object.create(noop) as Meter, meter),
    });
  });
  afterEach(() => metrics.disable());

  const log = metered(() => undefined);

  it('follow from the events of the log', () => {
    log('outcome.settled', {
      kind: 'group',
      id: '3a5c3221-c465-48c0-95b8-e9305786a271',
      name: 'Sales',
      intent: 'write',
      cause: 'feed',
      result: 'applied',
      membersAdded: 2,
      membersRemoved: 0,
      totalMs: 1500,
      decideMs: 500,
      queueMs: 900,
      writeMs: 100,
    });
    expect(points).toEqual([
      ['writeback.outcomes', 1, { kind: 'group', intent: 'write', cause: 'feed', result: 'applied' }],
      ['writeback.members', 2, { change: 'added' }],
      ['writeback.latency', 1.5, { kind: 'group', cause: 'feed' }],
      ['writeback.stage.duration', 0.5, { stage: 'decide' }],
      ['writeback.stage.duration', 0.9, { stage: 'queue' }],
      ['writeback.stage.duration', 0.1, { stage: 'write' }],
    ]);
  });

  it('never name an object or a person, whatever the event says', () => {
    const secretive = { id: 'an id', name: 'a name', message: 'a message', subject: 'a subject' };
    for (const event of ['change.decided', 'outcome.settled', 'violation.opened', 'message.rejected'])
      log(event, { ...secretive, code: 'CODE', queue: 'changes', result: 'applied' });
    expect(points.length).toBeGreaterThan(3);
    for (const value of Object.values(secretive)) expect(JSON.stringify(points)).not.toContain(value);
  });

  it('are each counted by an event that the code writes', () => {
    const samples = {
      'notification.received': { items: 3 },
      'change.decided': { kind: 'group' },
      'outcome.settled': {
        result: 'applied',
        membersAdded: 1,
        totalMs: 1,
        decideMs: 1,
        queueMs: 1,
        writeMs: 1,
      },
      'violation.opened': { code: 'ORPHAN' },
      'violation.resolved': { code: 'ORPHAN' },
      'message.failed': { queue: 'changes' },
      'message.rejected': { queue: 'changes' },
    };
    for (const [event, fields] of Object.entries(samples)) log(event, fields);
    expect([...new Set(points.map(([name]) => name))].toSorted()).toEqual(
      Object.keys(metricNames).toSorted(),
    );
    const files = globSync(['functions/**/*.ts', 'shared/flow/**/*.ts']);
    const code = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    for (const event of Object.keys(samples)) expect(code).toContain(`'${event}'`);
  });

  it('and spans stand in the documentation by the names that the code has, each with its unit', () => {
    const page = readFileSync('docs/telemetry.md', 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z.]+)` \| (\S+)/gm)].map(([, name]) => name ?? '');
    expect(documented.toSorted()).toEqual([...Object.keys(spans), ...Object.keys(metricNames)].toSorted());
    for (const [name, { unit }] of Object.entries(metricNames))
      expect(page).toContain(`| \`${name}\` | ${unit} |`);
  });
});
