import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entitiesOf, failureOf, one, openWorld, several, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  const topics = [{ Name: 'news', Subscriptions: [{ Name: 'a' }, { Name: 'b' }] }];
  world = await openWorld({}, { entities: entitiesOf({ plain: { MaxDeliveryCount: 3 }, bulk: {} }, topics) });
});
afterAll(() => world.close());

describe('a message sent and received', () => {
  test('keeps its body, its properties and their types', async () => {
    const sent = {
      body: { a: 1, b: ['x', null, 1.5] },
      messageId: 'm1',
      correlationId: 'c1',
      subject: 'subject',
      contentType: 'application/json',
      partitionKey: 'p1',
      timeToLive: 60_000,
      applicationProperties: { whole: 5, text: 'x', broken: 1.5, yes: true },
    };
    await world.client.createSender('plain').sendMessages(sent);
    const receiver = world.client.createReceiver('plain');
    const received = await one(receiver);
    expect(received).toMatchObject(sent);
    await receiver.completeMessage(received);
    expect(world.broker.counts('plain')).toMatchObject({ active: 0, locked: 0 });
  });

  test.for([['text'], [42], [true], [null]])('has the body %j', async ([body]) => {
    await world.client.createSender('plain').sendMessages({ body });
    const receiver = world.client.createReceiver('plain');
    const received = await one(receiver);
    expect(received.body).toEqual(body);
    await receiver.completeMessage(received);
  });

  test('may have bytes as its body', async () => {
    await world.client.createSender('plain').sendMessages({ body: Buffer.from([0, 1, 255]) });
    const receiver = world.client.createReceiver('plain');
    const received = await one(receiver);
    expect(Buffer.from(received.body)).toEqual(Buffer.from([0, 1, 255]));
    await receiver.completeMessage(received);
  });

  test('carries what the broker knows of it', async () => {
    const before = Date.now();
    await world.client.createSender('plain').sendMessages({ body: 1, subject: 'kept', timeToLive: 60_000 });
    const receiver = world.client.createReceiver('plain');
    const received = await one(receiver);
    expect(received.messageId).toMatch(/^[0-9a-f]{32}$/);
    expect(received.lockToken).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(received).toMatchObject({ subject: 'kept', deliveryCount: 0, state: 'active' });
    const enqueuedAt = received.enqueuedTimeUtc?.getTime() ?? 0;
    expect(enqueuedAt).toBeGreaterThanOrEqual(before);
    expect(received.expiresAtUtc?.getTime()).toBe(enqueuedAt + 60_000);
    expect(received.lockedUntilUtc?.getTime()).toBeGreaterThanOrEqual(enqueuedAt + 60_000);
    expect(received.sequenceNumber?.toNumber()).toBe(received.enqueuedSequenceNumber);
    await receiver.completeMessage(received);
  });
});

describe('many messages', () => {
  test('go in a batch as large as the broker allows, and come in order', async () => {
    const sender = world.client.createSender('bulk');
    const batch = await sender.createMessageBatch();
    expect(batch.maxSizeInBytes).toBe(256 * 1024);
    let count = 0;
    while (batch.tryAddMessage({ body: 'y'.repeat(1000), messageId: `b${count}` })) count += 1;
    expect(count).toBeGreaterThan(200);
    await sender.sendMessages(batch);
    const receiver = world.client.createReceiver('bulk');
    const received = await several(receiver, count);
    expect(received.map((message) => message.messageId)).toEqual(
      Array.from({ length: count }, (_, i) => `b${i}`),
    );
    await Promise.all(received.map((message) => receiver.completeMessage(message)));
  });

  test('flow over one receiver beyond the buffers of both ends, in order', async () => {
    const sender = world.client.createSender('bulk');
    for (let block = 0; block < 12; block += 1) {
      await sender.sendMessages(Array.from({ length: 500 }, (_, i) => ({ body: block * 500 + i })));
    }
    const receiver = world.client.createReceiver('bulk');
    const bodies: unknown[] = [];
    while (bodies.length < 6000) {
      const received = await several(receiver, 500);
      bodies.push(...received.map((message) => message.body));
      await Promise.all(received.map((message) => receiver.completeMessage(message)));
    }
    expect(bodies).toEqual(Array.from({ length: 6000 }, (_, i) => i));
    expect(world.broker.counts('bulk')).toMatchObject({ active: 0, locked: 0 });
  });

  test('sent at once on one link are each accepted or refused for themselves', async () => {
    const sender = world.client.createSender('plain');
    const bodies = ['a', 'x'.repeat(300_000), 'b', 'y'.repeat(300_000), 'c'];
    const answers = await Promise.all(bodies.map((body) => failureOf(sender.sendMessages({ body }))));
    const tooLarge = 'MessageSizeExceeded';
    expect(answers).toEqual(['no failure', tooLarge, 'no failure', tooLarge, 'no failure']);
    const receiver = world.client.createReceiver('plain', { receiveMode: 'receiveAndDelete' });
    expect((await several(receiver, 3)).map((message) => message.body)).toEqual(['a', 'b', 'c']);
  });
});

describe('a receiver', () => {
  test('that abandons a message gets it again, changed as it wished, until it is dead-lettered', async () => {
    await world.client.createSender('plain').sendMessages({
      body: 'poison',
      messageId: 'p1',
      applicationProperties: { ratio: 1.5, text: 'kept' },
    });
    const receiver = world.client.createReceiver('plain');
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const received = await one(receiver);
      expect(received.deliveryCount).toBe(attempt);
      expect(received.applicationProperties?.attempt).toBe(attempt === 0 ? undefined : attempt - 1);
      await receiver.abandonMessage(received, { attempt });
    }
    expect(world.broker.counts('plain')).toMatchObject({ active: 0, locked: 0, deadLetter: 1 });
    const deadLetters = world.client.createReceiver('plain', { subQueueType: 'deadLetter' });
    const dead = await one(deadLetters);
    expect(dead).toMatchObject({
      body: 'poison',
      messageId: 'p1',
      deliveryCount: 3,
      deadLetterReason: 'MaxDeliveryCountExceeded',
      deadLetterSource: 'plain',
      applicationProperties: { ratio: 1.5, text: 'kept', attempt: 2 },
    });
    await deadLetters.completeMessage(dead);
  });

  test('can dead-letter a message with its reason', async () => {
    await world.client.createSender('plain').sendMessages({ body: 'bad' });
    const receiver = world.client.createReceiver('plain');
    await receiver.deadLetterMessage(await one(receiver), {
      deadLetterReason: 'reason',
      deadLetterErrorDescription: 'description',
      extra: 'more',
    });
    const deadLetters = world.client.createReceiver('plain', { subQueueType: 'deadLetter' });
    const dead = await one(deadLetters);
    expect(dead).toMatchObject({
      deadLetterReason: 'reason',
      deadLetterErrorDescription: 'description',
      applicationProperties: { extra: 'more' },
    });
    await deadLetters.completeMessage(dead);
  });

  test('can defer a message and take it later by its number, once', async () => {
    await world.client.createSender('plain').sendMessages({ body: 'later' });
    const receiver = world.client.createReceiver('plain');
    const received = await one(receiver);
    await receiver.deferMessage(received, { note: 'wait' });
    expect(world.broker.counts('plain')).toMatchObject({ active: 0, deferred: 1 });
    const [seen] = await receiver.peekMessages(10);
    expect(seen?.state).toBe('deferred');
    const number = received.sequenceNumber ?? [];
    const [deferred] = await receiver.receiveDeferredMessages(number);
    expect(deferred).toMatchObject({ body: 'later', applicationProperties: { note: 'wait' } });
    expect(await failureOf(receiver.receiveDeferredMessages(number))).toBe('MessageNotFound');
    if (deferred !== undefined) await receiver.completeMessage(deferred);
    expect(world.broker.counts('plain')).toMatchObject({ deferred: 0, locked: 0 });
    expect(await failureOf(receiver.receiveDeferredMessages(number))).toBe('MessageNotFound');
  });

  test('can peek without taking, and have messages deleted as they come', async () => {
    await world.client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    const receiver = world.client.createReceiver('plain', { receiveMode: 'receiveAndDelete' });
    expect((await receiver.peekMessages(10)).map((message) => message.body)).toEqual([1, 2, 3]);
    expect(await receiver.peekMessages(10)).toEqual([]);
    expect((await several(receiver, 3)).map((message) => message.body)).toEqual([1, 2, 3]);
    expect(world.broker.counts('plain')).toMatchObject({ active: 0, locked: 0 });
  });
});

describe('what Service Bus refuses', () => {
  test('a message over 256 KB', async () => {
    const sender = world.client.createSender('plain');
    expect(await failureOf(sender.sendMessages({ body: 'z'.repeat(300_000) }))).toBe('MessageSizeExceeded');
    const soon = new Date(Date.now() + 1000);
    const scheduled = sender.scheduleMessages({ body: 'z'.repeat(300_000) }, soon);
    expect(await failureOf(scheduled)).toBe('MessageSizeExceeded');
  });

  test('an entity that does not exist', async () => {
    const unknown = 'MessagingEntityNotFound';
    expect(await failureOf(world.client.createSender('nope').sendMessages({ body: 1 }))).toBe(unknown);
    expect(await failureOf(world.client.createReceiver('nope').receiveMessages(1))).toBe(unknown);
  });
});

test('a topic copies a message to each of its subscriptions', async () => {
  await world.client.createSender('news').sendMessages({ body: 'all' });
  for (const subscription of ['a', 'b']) {
    const receiver = world.client.createReceiver('news', subscription);
    const received = await one(receiver);
    expect(received.body).toBe('all');
    await receiver.completeMessage(received);
  }
});

test('an entity is found whatever the case of its letters', async () => {
  await world.client.createSender('PLAIN').sendMessages({ body: 'x', messageId: 'case' });
  expect(world.broker.peek('Plain')).toMatchObject([{ messageId: 'case', state: 'active', body: '"x"' }]);
  const receiver = world.client.createReceiver('plain');
  await receiver.completeMessage(await one(receiver));
});
