import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type FunctionsHost,
  type LogEntry,
  startFunctionsHost,
} from '../../../local/functions-host/index.ts';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { ENTITIES, settings } from './entities.ts';
import { APP } from './host-process.ts';

const entries: LogEntry[] = [];
let broker: Broker;
let host: FunctionsHost;

beforeAll(async () => {
  broker = await startBroker({ entities: ENTITIES });
  host = await startFunctionsHost({
    directory: APP,
    entry: 'index.ts',
    keys: { host: 'key' },
    settings: settings(broker.connectionString),
    log: (entry) => entries.push(entry),
  });
});

afterAll(() => broker.stop());

test('it lists the functions with their triggers', () => {
  expect(host.functions).toEqual(
    expect.arrayContaining([
      { name: 'notify', trigger: 'httpTrigger' },
      { name: 'ordered', trigger: 'serviceBusTrigger' },
      { name: 'tick', trigger: 'timerTrigger' },
    ]),
  );
});

test('invoke runs a function once, returns what it returned and rejects with what it threw', async () => {
  expect(await host.invoke('one', { by: 'hand' })).toBe('got {"by":"hand"}');
  await expect(host.invoke('poison', 'x')).rejects.toThrow('always');
  await host.invoke('tick');
  expect(entries).toContainEqual(
    expect.objectContaining({ event: 'invocation.failed', function: 'poison', level: 'error' }),
  );
});

test('invoke names what exists when a name does not, and refuses HTTP functions', async () => {
  await expect(host.invoke('missing')).rejects.toThrow(
    'No function is called "missing". There are: notify, ',
  );
  await expect(host.invoke('notify')).rejects.toThrow('"notify" is an HTTP function: send it a request.');
});

test('with one key only, that key is the master key too', async () => {
  expect((await fetch(`${host.url}/admin/host/status?code=key`)).status).toBe(200);
  expect((await fetch(`${host.url}/admin/host/status`)).status).toBe(401);
});

test('a second host for the same entry in this process is refused with the way out', async () => {
  const second = startFunctionsHost({
    directory: APP,
    entry: 'index.ts',
    settings: {},
    log: () => undefined,
  });
  await expect(second).rejects.toThrow('main.ts as its own process');
});

test('after stop nothing answers, and stopping again is no harm', async () => {
  await Promise.all([host.stop(), host.stop()]);
  await host.stop();
  await expect(fetch(`${host.url}/api/files/all`)).rejects.toThrow('fetch failed');
  expect(entries.filter(({ event }) => event === 'host.stopped')).toHaveLength(1);
});
