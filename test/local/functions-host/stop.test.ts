import { once } from 'node:events';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { ENTITIES, settings } from './entities.ts';
import { APP, startHostProcess, watchHostProcess } from './host-process.ts';

let broker: Broker;
const args = ['--directory', APP, '--entry', 'index.ts'];

beforeAll(async () => {
  broker = await startBroker({ entities: ENTITIES });
});

afterAll(() => broker.stop());

describe('a stop', () => {
  test('lets requests and messages in flight end, settles them, takes no more and exits with 0', async () => {
    const client = new ServiceBusClient(broker.connectionString);
    const host = await startHostProcess({ args, settings: settings(broker.connectionString) });
    const slow = fetch(`${host.url}/api/slow`, { method: 'POST', body: '1500' });
    const step = (text: string) => ({ body: { step: text, ms: 300 }, sessionId: 'drain' });
    await client.createSender('ordered').sendMessages([step('in flight'), step('left behind')]);
    await client.createSender('one').sendMessages({ body: { ms: 600 } });
    await host.saw('one', 1);
    await host.saw('slow started', 1);
    await host.saw('ordered', 1);

    expect(await host.stop()).toBe(0);
    expect(await (await slow).text()).toBe('done');
    expect(host.told('ordered done').map((line) => line.step)).toEqual(['in flight']);
    expect(host.lines.at(-1)).toMatchObject({ event: 'host.stopped' });
    expect(host.lines).toContainEqual(expect.objectContaining({ event: 'console', message: 'app ends' }));
    expect(broker.peek('ordered')).toHaveLength(1);
    expect([broker.peek('one').length, broker.peek('back').length]).toEqual([0, 1]);
    await client.close();
  });

  test('also follows the end of the parent, with streams and sessions open', async () => {
    const host = await startHostProcess({
      args,
      settings: { ...settings(broker.connectionString), APP_STREAMS: 'true' },
    });
    expect((await fetch(`${host.url}/api/files/all`)).status).toBe(200);
    const exited = once(host.child, 'exit');
    host.child.disconnect();
    expect(await exited).toEqual([0, null]);
    expect(host.lines.filter(({ event }) => event === 'receiver.failed' || event === 'host.cut')).toEqual([]);
  });
});

describe('a start that cannot work', () => {
  const failure = async (overrides: Record<string, string>, more: readonly string[] = []) => {
    const host = watchHostProcess({
      args: [...args, ...more],
      settings: { ...settings(broker.connectionString), ...overrides },
    });
    const line = await host.line(({ event }) => event === 'host.start-failed');
    const [code] = host.child.exitCode === null ? await once(host.child, 'close') : [host.child.exitCode];
    return { code, message: String(line.message) };
  };

  test('names the connection setting that is missing', async () => {
    const { code, message } = await failure({ Bus: '' });
    expect(code).toBe(1);
    expect(message).toContain('Set Bus (a connection string) or Bus__fullyQualifiedNamespace');
  });

  test('names the schedule that is not NCRONTAB', async () => {
    expect((await failure({ TickSchedule: '*/5 * * * *' })).message).toContain(
      '"*/5 * * * *" is not NCRONTAB',
    );
  });

  test('names the app setting that an expression misses', async () => {
    const { ManyQueue: _, ...without } = settings(broker.connectionString);
    const host = watchHostProcess({ args, settings: without });
    const line = await host.line(({ event }) => event === 'host.start-failed');
    expect(line.message).toContain('Set ManyQueue');
  });

  test('names the entry that no file matches', async () => {
    expect((await failure({}, ['--entry', 'missing.ts'])).message).toContain(
      'No file matches the entry "missing.ts"',
    );
  });

  test('names the function of a key that does not exist', async () => {
    const keys = JSON.stringify({ host: 'k', functions: { gone: { a: 'b' } } });
    expect((await failure({ FUNCTIONS_KEYS: keys })).message).toContain('"gone", which does not exist');
  });
});
