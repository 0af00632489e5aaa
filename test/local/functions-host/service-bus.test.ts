import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { ENTITIES, settings } from './entities.ts';
import { APP, type HostProcess, startHostProcess } from './host-process.ts';

let broker: Broker;
let host: HostProcess;
let client: ServiceBusClient;

beforeAll(async () => {
  broker = await startBroker({ entities: ENTITIES });
  client = new ServiceBusClient(broker.connectionString);
  host = await startHostProcess({
    args: ['--directory', APP, '--entry', 'index.ts', '--log-level', 'debug'],
    settings: settings(broker.connectionString),
  });
});

afterAll(async () => {
  await client.close();
  await host.stop();
  await broker.stop();
});

const send = (queue: string, messages: ServiceBusMessage | ServiceBusMessage[]): Promise<void> =>
  client.createSender(queue).sendMessages(messages);

const empty = (queue: string): Promise<unknown> =>
  expect.poll(() => broker.counts(queue), { timeout: 5_000 }).toMatchObject({ active: 0, locked: 0 });

describe('single messages', () => {
  test('body and metadata arrive as in Azure, and what the handler returns is sent on', async () => {
    await send('one', {
      body: { a: 1 },
      messageId: 'm-1',
      subject: 'about',
      correlationId: 'c-1',
      contentType: 'application/json',
      applicationProperties: {
        Kind: 'x',
        'Diagnostic-Id': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    const [seen] = await host.saw('one', 1);
    expect(seen).toMatchObject({
      message: { a: 1 },
      trace: { traceParent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
      metadata: {
        deliveryCount: 1,
        messageId: 'm-1',
        label: 'about',
        subject: 'about',
        correlationId: 'c-1',
        contentType: 'application/json',
        sequenceNumber: expect.any(Number),
        lockToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
        enqueuedTime: expect.stringMatching(/^20.*\+00:00$/),
        enqueuedTimeUtc: expect.stringMatching(/^20.*[0-9]$/),
        expiresAt: '9999-12-31T23:59:59.999+00:00',
        applicationProperties: { kind: 'x' },
        userProperties: { kind: 'x' },
      },
    });
    await expect.poll(() => broker.peek('back').length).toBe(1);
    const receiver = client.createReceiver('back');
    const [back] = await receiver.receiveMessages(1);
    expect(String(back?.body)).toBe('got {"a":1}');
    if (back !== undefined) await receiver.completeMessage(back);
    await receiver.close();
    await empty('one');
  });

  test('a failure abandons at once, until the broker dead-letters the message', async () => {
    await send('poison', { body: 'x' });
    const seen = await host.saw('poison', 3);
    expect(seen.map(({ deliveryCount }) => deliveryCount)).toEqual([1, 2, 3]);
    await expect.poll(() => broker.peek('poison/$DeadLetterQueue').length).toBe(1);
  });

  test('a subscription of a topic works like a queue', async () => {
    await client.createSender('news').sendMessages({ body: 'plain text' });
    expect(await host.saw('copy', 1)).toMatchObject([{ message: 'plain text' }]);
    await empty('news/Subscriptions/all');
  });
});

test('a batch is one invocation with an array of every property', async () => {
  await send('many', [
    { body: { n: 1 }, messageId: 'a' },
    { body: 'two', messageId: 'b' },
  ]);
  await empty('many');
  const seen = host.told('many');
  expect(seen.flatMap(({ messages }) => messages)).toEqual([{ n: 1 }, 'two']);
  expect(seen[0]?.metadata).toMatchObject({
    messageIdArray: expect.arrayContaining(['a']),
    deliveryCountArray: expect.arrayContaining([1]),
  });
});

describe('sessions', () => {
  test('messages of a session are handled in order, a failed one again before the next', async () => {
    await send(
      'ordered',
      [1, 'fail once', 3].map((step) => ({ body: { step }, sessionId: 'in-order' })),
    );
    await host.saw('ordered done', 3);
    await empty('ordered');
    const seen = host.told('ordered').filter(({ sessionId }) => sessionId === 'in-order');
    expect(seen.map(({ step, deliveryCount }) => [step, deliveryCount])).toEqual([
      [1, 1],
      ['fail once', 1],
      ['fail once', 2],
      [3, 1],
    ]);
  });

  test('sessions run at the same time, up to maxConcurrentSessions, and one that falls quiet makes room', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `room-${index}`);
    await send(
      'ordered',
      ids.map((sessionId) => ({ body: { step: 'room', ms: 400 }, sessionId })),
    );
    await expect
      .poll(() => host.told('ordered done').filter(({ step }) => step === 'room').length, { timeout: 10_000 })
      .toBe(12);

    const events = host.lines.flatMap(({ message }) => {
      const text = String(message);
      return text.includes('"step":"room"') ? [text.includes('"ordered done"') ? -1 : 1] : [];
    });
    let running = 0;
    const most = Math.max(
      ...events.map((change) => {
        running += change;
        return running;
      }),
    );
    expect(most).toBe(4);
  });
});

test('locks of messages and sessions are renewed while a handler runs longer than the lock', async () => {
  await send('ordered', { body: { step: 'long', ms: 3_000 }, sessionId: 'long' });
  await send('one', { body: { ms: 3_000 } });
  const long = (kind: string) => host.told(kind).filter(({ step }) => step === 'long');
  await expect.poll(() => long('ordered done').length, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => broker.peek('back').length, { timeout: 10_000 }).toBe(1);
  await empty('ordered');
  await empty('one');
  expect(long('ordered')).toHaveLength(1);
  expect(host.told('one').filter(({ message }) => JSON.stringify(message) === '{"ms":3000}')).toHaveLength(1);
});

test('when the broker goes away the host says so once per function, and receives again when it is back', async () => {
  await broker.pause();
  await host.line(({ event, function: fn }) => event === 'receiver.failed' && fn === 'ordered');
  await broker.resume();
  await send('ordered', { body: { step: 'after' }, sessionId: 'after' });
  await host.line(({ message }) => String(message).includes('"step":"after"'));
  const failures = host.lines.filter(
    ({ event, function: fn }) => event === 'receiver.failed' && fn === 'ordered',
  );
  expect(failures).toHaveLength(1);
}, 60_000);
