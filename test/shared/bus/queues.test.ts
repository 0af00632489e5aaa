import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { createQueues, type Place, type Queues } from '../../../shared/bus/index.ts';

let broker: Broker;
let client: ServiceBusClient;
let queues: Queues;
const givenUp: Place = { queue: 'alerts', deadLetter: true };

beforeAll(async () => {
  broker = await startBroker({ entities: 'infra/service-bus.json' });
  client = new ServiceBusClient(broker.connectionString);
  queues = createQueues(client);
});

afterAll(async () => {
  await client?.close();
  await broker?.stop();
});

/** Messages that their reader gives up. */
async function giveUp(...bodies: string[]): Promise<void> {
  const messages = bodies.map((body) => ({
    body: Buffer.from(body),
    sessionId: 'incident',
    messageId: `id of ${body}`,
    applicationProperties: { 'Diagnostic-Id': `trace of ${body}` },
  }));
  await client.createSender('alerts').sendMessages(messages);
  const session = await client.acceptSession('alerts', 'incident');
  const received = await session.receiveMessages(bodies.length, { maxWaitTimeInMs: 2000 });
  for (const message of received)
    await session.deadLetterMessage(message, {
      deadLetterReason: 'Tired',
      deadLetterErrorDescription: 'of it',
    });
  await session.close();
}

const textsIn = async (place: Place): Promise<readonly string[]> =>
  (await queues.peek(place, 1000)).map(({ text }) => text);
const sequenceOf = async (text: string): Promise<string> =>
  (await queues.peek(givenUp, 1000)).find((one) => one.text === text)?.sequence ?? '';

describe('looking into a queue', () => {
  it('finds nothing where nothing is, and everything each time afterwards, in order', async () => {
    expect(await textsIn(givenUp)).toEqual([]);
    const many = Array.from({ length: 230 }, (_, index) => `message ${index}`);
    for (let from = 0; from < many.length; from += 100) await giveUp(...many.slice(from, from + 100));
    const [one, two] = await Promise.all([textsIn(givenUp), textsIn(givenUp)]);
    expect(one).toEqual(many);
    expect(two).toEqual(many);
    expect(await queues.peek(givenUp, 3)).toMatchObject([
      { text: 'message 0', state: 'active', reason: 'Tired', description: 'of it', sessionId: 'incident' },
      { text: 'message 1' },
      { text: 'message 2' },
    ]);
    const receiver = client.createReceiver('alerts', {
      subQueueType: 'deadLetter',
      receiveMode: 'receiveAndDelete',
    });
    for (let left = many.length; left > 0; )
      left -= (await receiver.receiveMessages(left, { maxWaitTimeInMs: 2000 })).length;
    await receiver.close();
    expect(await textsIn(givenUp)).toEqual([]);
  }, 30_000);

  it('sees what waits in sessions, and disturbs nobody', async () => {
    await client
      .createSender('changes')
      .sendMessages({ body: Buffer.from('a change'), sessionId: 'group:1' });
    expect(await textsIn({ queue: 'changes', deadLetter: false })).toEqual(['a change']);
    expect(broker.counts('changes')).toMatchObject({ active: 1, locked: 0 });
  });
});

describe('taking one message', () => {
  it('sends it once more as it came, and leaves the others', async () => {
    await giveUp('first', 'second', 'third');
    const taken = await queues.withMessage(givenUp, await sequenceOf('second'), async (message) => {
      await message.sendAgain();
      await message.complete();
      return message.text;
    });
    expect(taken).toEqual({ taken: true, result: 'second' });
    expect(await textsIn(givenUp)).toEqual(['first', 'third']);
    const session = await client.acceptSession('alerts', 'incident');
    const [again] = await session.receiveMessages(1, { maxWaitTimeInMs: 2000 });
    expect(again).toMatchObject({
      messageId: 'id of second',
      sessionId: 'incident',
      applicationProperties: { 'Diagnostic-Id': 'trace of second' },
      deliveryCount: 0,
    });
    expect(again?.applicationProperties).not.toHaveProperty('DeadLetterReason');
    if (again) await session.completeMessage(again);
    await session.close();
  });

  it('leaves it where it is when the work fails, to be taken again at once', async () => {
    const sequence = await sequenceOf('first');
    const failing = queues.withMessage(givenUp, sequence, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await textsIn(givenUp)).toEqual(['first', 'third']);
    expect(await queues.withMessage(givenUp, sequence, (message) => message.complete())).toMatchObject({
      taken: true,
    });
    expect(await textsIn(givenUp)).toEqual(['third']);
  });

  it('says when it is gone, and when somebody else has it', async () => {
    expect(await queues.withMessage(givenUp, '999', async () => 0)).toEqual({ taken: false, why: 'gone' });
    const sequence = await sequenceOf('third');
    await queues.withMessage(givenUp, sequence, async (mine) => {
      const other = await queues.withMessage(givenUp, sequence, async () => 0);
      expect(other).toEqual({ taken: false, why: 'busy' });
      await mine.complete();
    });
  });
});
