import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, failureOf, one, openWorld, type World } from './world.ts';

const minute = 60_000;
/** Locks are renewed by tests only, so that time can be turned at will. */
const noRenewal = { maxAutoLockRenewalDurationInMs: 0 };

let world: World;

beforeAll(async () => {
  world = await openWorld({
    plain: { LockDuration: 'PT1M' },
    scheduled: {},
    short: { DeadLetteringOnMessageExpiration: true, DefaultMessageTimeToLive: 'PT1H' },
    forgetful: { DeadLetteringOnMessageExpiration: false },
    ids: { RequiresDuplicateDetection: true },
    unique: { RequiresDuplicateDetection: true, DuplicateDetectionHistoryTimeWindow: 'PT5M' },
  });
});
afterAll(() => world.close());

describe('a lock', () => {
  test('that runs out is lost, and the message comes again', async () => {
    await world.client.createSender('plain').sendMessages({ body: 'slow' });
    const receiver = world.client.createReceiver('plain', noRenewal);
    const first = await one(receiver);
    world.advance(minute);
    expect(await failureOf(receiver.completeMessage(first))).toBe('MessageLockLost');
    const second = await one(receiver);
    expect(second).toMatchObject({ body: 'slow', deliveryCount: 1 });
    await receiver.completeMessage(second);
  });

  test('that is renewed in time holds', async () => {
    await world.client.createSender('plain').sendMessages({ body: 'slow' });
    const receiver = world.client.createReceiver('plain', noRenewal);
    const received = await one(receiver);
    world.advance(0.8 * minute);
    const until = await receiver.renewMessageLock(received);
    expect(until.getTime()).toBe(world.broker.peek('plain')[0]?.lockedUntil);
    world.advance(0.8 * minute);
    await receiver.completeMessage(received);
    expect(world.broker.counts('plain')).toMatchObject({ active: 0, locked: 0 });
  });

  test('survives the receiver that held it until it runs out', async () => {
    await world.client.createSender('plain').sendMessages({ body: 'left' });
    const receiver = world.client.createReceiver('plain', noRenewal);
    await one(receiver);
    await receiver.close();
    expect(world.broker.counts('plain')).toMatchObject({ active: 0, locked: 1 });
    world.advance(minute);
    await eventually(() => expect(world.broker.counts('plain')).toMatchObject({ active: 1, locked: 0 }));
    const other = world.client.createReceiver('plain');
    await other.completeMessage(await one(other));
  });
});

describe('a scheduled message', () => {
  test('comes at its time, not before, with a new sequence number', async () => {
    const sender = world.client.createSender('scheduled');
    const at = new Date(world.now() + 60 * minute);
    await sender.sendMessages({ body: 'sent', scheduledEnqueueTimeUtc: at });
    const [number] = await sender.scheduleMessages([{ body: 'scheduled' }], new Date(+at + minute));
    const receiver = world.client.createReceiver('scheduled');
    const peeked = await receiver.peekMessages(10);
    expect(peeked.map((message) => message.state)).toEqual(['scheduled', 'scheduled']);
    expect(world.broker.counts('scheduled')).toMatchObject({ active: 0, scheduled: 2 });

    world.advance(60 * minute);
    const first = await one(receiver);
    expect(first).toMatchObject({ body: 'sent', state: 'active', scheduledEnqueueTimeUtc: at });
    await receiver.completeMessage(first);
    expect(world.broker.counts('scheduled')).toMatchObject({ active: 0, scheduled: 1 });

    world.advance(minute);
    const second = await one(receiver);
    expect(second.body).toBe('scheduled');
    expect(second.sequenceNumber?.toNumber()).toBeGreaterThan(number?.toNumber() ?? 0);
    await receiver.completeMessage(second);
  });

  test('can be cancelled once', async () => {
    const sender = world.client.createSender('scheduled');
    const numbers = await sender.scheduleMessages([{ body: 'never' }], new Date(world.now() + 60 * minute));
    await sender.cancelScheduledMessages(numbers);
    expect(world.broker.counts('scheduled')).toMatchObject({ scheduled: 0 });
    expect(await failureOf(sender.cancelScheduledMessages(numbers))).toBe('MessageNotFound');
  });
});

describe('a message id', () => {
  test('is taken once within the window of duplicate detection, and again after it', async () => {
    const sender = world.client.createSender('unique');
    await sender.sendMessages({ body: 1, messageId: 'same' });
    await sender.sendMessages({ body: 2, messageId: 'same' });
    await sender.sendMessages([
      { body: 3, messageId: 'same' },
      { body: 4, messageId: 'other' },
    ]);
    const bodies = () => world.broker.peek('unique').map((message) => message.body);
    expect(bodies()).toEqual(['1', '4']);
    world.advance(5 * minute);
    await sender.sendMessages({ body: 5, messageId: 'same' });
    expect(bodies()).toEqual(['1', '4', '5']);
  });

  test('is remembered even when its message is gone', async () => {
    const sender = world.client.createSender('ids');
    const receiver = world.client.createReceiver('ids', { receiveMode: 'receiveAndDelete' });
    await sender.sendMessages({ body: 'x', messageId: 'gone' });
    await one(receiver);
    await sender.sendMessages({ body: 'x', messageId: 'gone' });
    expect(world.broker.counts('ids').active).toBe(0);
  });
});

describe('a message that nobody receives in its time', () => {
  test.for([
    { name: 'its own time to live', timeToLive: 5 * minute, passes: 5 * minute },
    { name: 'the time to live of its queue', timeToLive: 100 * 60 * minute, passes: 60 * minute },
  ])('is dead-lettered after $name', async ({ timeToLive, passes }) => {
    await world.client.createSender('short').sendMessages({ body: 'late', timeToLive });
    expect(world.broker.counts('short').active).toBe(1);
    world.advance(passes);
    await eventually(() => expect(world.broker.counts('short').active).toBe(0));
    const deadLetters = world.client.createReceiver('short', { subQueueType: 'deadLetter' });
    const dead = await one(deadLetters);
    expect(dead.deadLetterReason).toBe('TTLExpiredException');
    await deadLetters.completeMessage(dead);
  });

  test('is gone where expired messages are not dead-lettered', async () => {
    await world.client.createSender('forgetful').sendMessages({ body: 'late', timeToLive: minute });
    world.advance(minute);
    await eventually(() =>
      expect(world.broker.counts('forgetful')).toMatchObject({ active: 0, deadLetter: 0 }),
    );
  });
});
