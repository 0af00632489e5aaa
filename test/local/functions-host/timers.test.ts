import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { retryDelay } from '../../../local/functions-host/timer/retry.ts';
import { parseSchedule } from '../../../local/functions-host/timer/schedule.ts';
import { startBroker } from '../../../local/service-bus/broker.ts';
import { ENTITIES, settings } from './entities.ts';
import { APP, type HostProcess, startHostProcess } from './host-process.ts';

const next = (expression: string, from: string): string | undefined =>
  parseSchedule(expression, 'UTC').nextRun(new Date(from))?.toISOString();

describe('NCRONTAB', () => {
  test.each([
    ['0 */5 * * * *', '2026-01-01T00:01:00Z', '2026-01-01T00:05:00.000Z'],
    ['*/15 * * * * *', '2026-01-01T00:00:01Z', '2026-01-01T00:00:15.000Z'],
    ['0 30 9 * * 1-5', '2026-01-02T10:00:00Z', '2026-01-05T09:30:00.000Z'],
    ['0 0 0 * Jan Mon', '2026-01-06T00:00:00Z', '2026-01-12T00:00:00.000Z'],
    ['0 0 2-4,6 * * *', '2026-01-01T04:30:00Z', '2026-01-01T06:00:00.000Z'],
  ])('%s after %s is %s', (expression, from, expected) => {
    expect(next(expression, from)).toBe(expected);
  });

  test('day of month and day of week must both match', () => {
    expect(next('0 0 0 13 * Fri', '2026-01-01T00:00:00Z')).toBe('2026-02-13T00:00:00.000Z');
  });

  test.each([
    '* * * * *',
    '0 0 0 L * *',
    '0 0 0 1W * *',
    '0 0 0 * * Mon#2',
    '0 0 0 ? * *',
    '00:05:00',
    '@daily',
  ])('%s is refused with an example of what is right', (expression) => {
    expect(() => parseSchedule(expression, 'UTC')).toThrow('is not NCRONTAB. Write six fields');
  });
});

describe('retry delays', () => {
  test('are equal for fixedDelay', () => {
    const policy = { maxRetryCount: 3, retryStrategy: 'fixedDelay', delayInterval: { seconds: 7 } };
    expect([0, 1, 2].map((count) => retryDelay(policy, count))).toEqual([7_000, 7_000, 7_000]);
  });

  test('double up to the maximum for exponentialBackoff', () => {
    const policy = {
      maxRetryCount: 5,
      retryStrategy: 'exponentialBackoff',
      minimumInterval: { seconds: 2 },
      maximumInterval: { seconds: 10 },
    };
    expect([0, 1, 2, 3].map((count) => retryDelay(policy, count))).toEqual([2_000, 4_000, 8_000, 10_000]);
  });
});

describe('in a running host', () => {
  let host: HostProcess;
  let stopBroker: () => Promise<void>;

  beforeAll(async () => {
    const broker = await startBroker({ entities: ENTITIES });
    stopBroker = broker.stop;
    host = await startHostProcess({
      args: ['--directory', APP, '--entry', 'index.ts'],
      settings: { ...settings(broker.connectionString), TickSchedule: '* * * * * *' },
    });
  });

  afterAll(async () => {
    await host.stop();
    await stopBroker();
  });

  test('a timer runs at start-up, is retried by its policy after a failure, and goes on by its schedule', async () => {
    const [first, second, third] = await host.saw('tick', 3);
    expect(first).toMatchObject({ isPastDue: false, retry: { retryCount: 0, maxRetryCount: 2 } });
    expect(second).toMatchObject({ retry: { retryCount: 1, exception: { message: 'first tick fails' } } });
    expect(third).toMatchObject({ next: expect.stringMatching(/\.000Z$/), retry: { retryCount: 0 } });
  });

  test('POST /admin/functions/{name} runs it by hand', async () => {
    const before = host.told('tick').length;
    expect((await fetch(`${host.url}/admin/functions/tick`, { method: 'POST' })).status).toBe(202);
    await host.saw('tick', before + 1);
  });

  test('a function that is switched off does not run', () => {
    expect(host.told('off')).toEqual([]);
  });
});
