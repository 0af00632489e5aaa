import { ServiceBusClient, type ServiceBusSessionReceiver } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, failureOf, one, openWorld, several, type World } from './world.ts';

const minute = 60_000;
const once = { retryOptions: { maxRetries: 0, timeoutInMs: 10_000 } };
const noRenewal = { maxAutoLockRenewalDurationInMs: 0 };

let world: World;

beforeEach(async () => {
  world = await openWorld({
    steps: { RequiresSession: true, LockDuration: 'PT1M', MaxDeliveryCount: 3 },
    brief: { RequiresSession: true, LockDuration: 'PT2S' },
    plain: {},
  });
});
afterEach(() => world.close());

const send = (...messages: readonly [sessionId: string, body: unknown][]) =>
  world.client
    .createSender('steps')
    .sendMessages(messages.map(([sessionId, body]) => ({ sessionId, body, messageId: String(body) })));

async function completeAll(receiver: ServiceBusSessionReceiver, count: number): Promise<unknown[]> {
  const messages = await several(receiver, count);
  for (const message of messages) await receiver.completeMessage(message);
  return messages.map((message) => message.body);
}

/** Turns the clock on while something goes on; answers by how much, in milliseconds. */
async function whileTimePasses(goesOn: () => Promise<void>): Promise<number> {
  const begin = world.now();
  const time = setInterval(() => world.advance(500), 25);
  await goesOn().finally(() => clearInterval(time));
  return world.now() - begin;
}

describe('a queue with sessions', () => {
  test('refuses a message without one', async () => {
    const sender = world.client.createSender('steps');
    expect(await failureOf(sender.sendMessages({ body: 1 }))).not.toBe('no failure');
    const mixed = [{ body: 1, sessionId: 'A' }, { body: 2 }];
    expect(await failureOf(sender.sendMessages(mixed))).not.toBe('no failure');
    expect(world.broker.counts('steps').active).toBe(0);
  });

  test('refuses a receiver without one, and a queue without sessions one with', async () => {
    const plain = world.client.createReceiver('steps').receiveMessages(1, { maxWaitTimeInMs: 1000 });
    expect(await failureOf(plain)).toBe('GeneralError');
    expect(await failureOf(world.client.acceptSession('plain', 'A'))).not.toBe('no failure');
  });

  test('gives each session to one receiver at a time, in order', async () => {
    for (let i = 0; i < 5; i += 1) await send(['A', `A${i}`], ['B', `B${i}`]);
    const a = await world.client.acceptSession('steps', 'A');
    expect(a.sessionId).toBe('A');
    expect(await failureOf(world.client.acceptSession('steps', 'A'))).toBe('SessionCannotBeLocked');
    const b = await world.client.acceptNextSession('steps');
    expect(b.sessionId).toBe('B');
    expect(await completeAll(a, 5)).toEqual(['A0', 'A1', 'A2', 'A3', 'A4']);
    expect(await completeAll(b, 5)).toEqual(['B0', 'B1', 'B2', 'B3', 'B4']);
  });

  test('lists the messages of one session to who peeks in it', async () => {
    await send(['A', 1], ['B', 2], ['A', 3]);
    const a = await world.client.acceptSession('steps', 'A');
    expect((await a.peekMessages(10)).map((message) => message.body)).toEqual([1, 3]);
  });

  test('keeps the order across an abandoned message', async () => {
    await send(['A', 0], ['A', 1], ['A', 2]);
    const receiver = await world.client.acceptSession('steps', 'A');
    const first = await one(receiver);
    await receiver.abandonMessage(first);
    expect(await completeAll(receiver, 3)).toEqual([0, 1, 2]);
  });

  test('puts an abandoned message before the ones that were not sent yet', async () => {
    await send(['A', 0], ['A', 1], ['A', 2], ['A', 3]);
    const receiver = await world.client.acceptSession('steps', 'A');
    const [first, second] = await several(receiver, 2);
    if (first !== undefined) await receiver.abandonMessage(first);
    if (second !== undefined) await receiver.completeMessage(second);
    const rest = await several(receiver, 3);
    expect(rest.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
      [0, 1],
      [2, 0],
      [3, 0],
    ]);
  });

  test('keeps scheduled messages out of the session until their time, then behind the others', async () => {
    const sender = world.client.createSender('steps');
    const at = new Date(world.now() + 10 * minute);
    await sender.sendMessages({ sessionId: 'A', body: 'retry', scheduledEnqueueTimeUtc: at });
    await send(['A', 'now']);
    expect(world.broker.counts('steps')).toMatchObject({ active: 1, scheduled: 1 });
    const receiver = await world.client.acceptNextSession('steps', noRenewal);
    expect(await completeAll(receiver, 1)).toEqual(['now']);
    await receiver.close();

    const next = world.client.acceptNextSession('steps', noRenewal);
    world.advance(10 * minute);
    const again = await next;
    expect(again.sessionId).toBe('A');
    expect(await completeAll(again, 1)).toEqual(['retry']);
  });

  test('can defer within a session', async () => {
    await send(['A', 'later']);
    const receiver = await world.client.acceptSession('steps', 'A');
    const received = await one(receiver);
    await receiver.deferMessage(received);
    const [deferred] = await receiver.receiveDeferredMessages(received.sequenceNumber ?? []);
    expect(deferred?.body).toBe('later');
    if (deferred !== undefined) await receiver.completeMessage(deferred);
    expect(world.broker.counts('steps')).toMatchObject({ active: 0, deferred: 0, locked: 0 });
  });
});

describe('the state of a session', () => {
  test('stays until it is taken away, even without messages', async () => {
    const first = await world.client.acceptSession('steps', 'S');
    expect(await first.getSessionState()).toBeNull();
    await first.setSessionState({ step: 3 });
    await first.close();
    const second = await world.client.acceptSession('steps', 'S');
    expect(await second.getSessionState()).toEqual({ step: 3 });
    await second.setSessionState(null);
    expect(await second.getSessionState()).toBeNull();
  });
});

describe('waiting for the next session', () => {
  test('ends when a message comes', async () => {
    const waiting = world.client.acceptNextSession('steps');
    await send(['late', 1]);
    const receiver = await waiting;
    expect(receiver.sessionId).toBe('late');
    expect(await completeAll(receiver, 1)).toEqual([1]);
  });

  test('ends when another receiver gives a session back', async () => {
    await send(['A', 1]);
    const first = await world.client.acceptNextSession('steps');
    const waiting = world.client.acceptNextSession('steps');
    await first.close();
    expect((await waiting).sessionId).toBe('A');
  });

  test('ends with a timeout after as long as the client wants', async () => {
    const client = new ServiceBusClient(world.broker.connectionString, once);
    const passed = await whileTimePasses(async () =>
      expect(await failureOf(client.acceptNextSession('steps'))).toBe('ServiceTimeout'),
    );
    expect(passed).toBeGreaterThanOrEqual(once.retryOptions.timeoutInMs);
    expect(passed).toBeLessThan(3 * once.retryOptions.timeoutInMs);
    await client.close();
  });

  test('is first come, first served: two receivers share many sessions, none has two at once', async () => {
    const sessions = Array.from({ length: 20 }, (_, i) => `s${i}`);
    for (const body of [0, 1, 2]) await send(...sessions.map((id): [string, number] => [id, body]));
    const owned = new Set<string>();
    const order = new Map<string, unknown[]>();
    const work = async (): Promise<void> => {
      for (;;) {
        const receiver = await world.client.acceptNextSession('steps');
        expect(owned).not.toContain(receiver.sessionId);
        owned.add(receiver.sessionId);
        order.set(receiver.sessionId, await completeAll(receiver, 3));
        owned.delete(receiver.sessionId);
        await receiver.close();
      }
    };
    const ends = Promise.all([failureOf(work()), failureOf(work())]);
    await eventually(() => expect(order.size).toBe(sessions.length));
    await whileTimePasses(async () => expect(await ends).toEqual(['ServiceTimeout', 'ServiceTimeout']));
    expect([...order.keys()].sort()).toEqual([...sessions].sort());
    for (const bodies of order.values()) expect(bodies).toEqual([0, 1, 2]);
  });

  test('ends with the connection; the session then goes to somebody else', async () => {
    const client = new ServiceBusClient(world.broker.connectionString, once);
    // The client notices only after its own timeout that it closed this itself: nothing to wait for.
    void failureOf(client.acceptNextSession('steps'));
    // Another request on the same connection is answered: so the first has reached the broker.
    await (await client.acceptSession('steps', 'other')).close();
    await client.close();
    await send(['A', 1]);
    expect(await completeAll(await world.client.acceptNextSession('steps'), 1)).toEqual([1]);
  });

  test('goes to other sessions before one that was just given back', async () => {
    await send(['always fails', 1], ['waits', 1]);
    const first = await world.client.acceptNextSession('steps');
    expect(first.sessionId).toBe('always fails');
    await first.close();
    expect((await world.client.acceptNextSession('steps')).sessionId).toBe('waits');
  });
});

describe('the lock on a session', () => {
  test('holds its messages as long as it is renewed', async () => {
    await send(['X', 1]);
    const receiver = await world.client.acceptSession('steps', 'X', noRenewal);
    const received = await one(receiver);
    world.advance(0.8 * minute);
    const until = await receiver.renewSessionLock();
    expect(until.getTime()).toBe(world.broker.peek('steps')[0]?.lockedUntil);
    world.advance(0.8 * minute);
    await receiver.completeMessage(received);
    expect(world.broker.counts('steps')).toMatchObject({ active: 0, locked: 0 });
  });

  test('is lost when it runs out, with all that was received under it; the next receiver gets that', async () => {
    await send(['X', 1], ['X', 2]);
    const receiver = await world.client.acceptSession('steps', 'X', noRenewal);
    const [first, second] = await several(receiver, 2);
    if (first !== undefined) await receiver.completeMessage(first);
    world.advance(minute);
    await eventually(() => expect(world.broker.counts('steps')).toMatchObject({ active: 1, locked: 0 }));
    // Asked first: a settlement that crosses the loss on the wire goes unanswered in the SDK, for a minute.
    expect(await failureOf(receiver.renewSessionLock())).toMatch('SessionLockLost');
    if (second !== undefined)
      expect(await failureOf(receiver.completeMessage(second))).toMatch('SessionLockLost');
    const next = await world.client.acceptSession('steps', 'X');
    expect(await one(next)).toMatchObject({ body: 2, deliveryCount: 1 });
  });

  test('that runs out too often dead-letters the message', async () => {
    await send(['X', 1]);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const receiver = await world.client.acceptSession('steps', 'X', noRenewal);
      expect((await one(receiver)).deliveryCount).toBe(attempt);
      world.advance(minute);
      await eventually(() => expect(world.broker.counts('steps').locked).toBe(0));
    }
    expect(world.broker.counts('steps')).toMatchObject({ active: 0, deadLetter: 1 });
  });

  test('is given back when the receiver closes, which is no delivery', async () => {
    await send(['Q', 1]);
    const first = await world.client.acceptSession('steps', 'Q');
    await one(first);
    await first.close();
    const second = await world.client.acceptSession('steps', 'Q');
    expect(await one(second)).toMatchObject({ body: 1, deliveryCount: 0 });
  });

  test('is renewed by the client itself while a message is worked on', async () => {
    await world.client.createSender('brief').sendMessages({ sessionId: 'X', body: 1 });
    const receiver = await world.client.acceptSession('brief', 'X');
    const received = await one(receiver);
    const granted = received.lockedUntilUtc?.getTime() ?? 0;
    await eventually(() => expect(world.broker.peek('brief')[0]?.lockedUntil ?? 0).toBeGreaterThan(granted));
    await receiver.completeMessage(received);
    expect(world.broker.counts('brief')).toMatchObject({ active: 0, locked: 0 });
  });
});
