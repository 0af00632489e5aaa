import { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, failureOf, one, openWorld, type World } from './world.ts';

let world: World;

beforeEach(async () => {
  // A send on a connection that is cut is given up after the timeout only, and then tried again.
  const patient = { retryOptions: { maxRetries: 20, retryDelayInMs: 50, timeoutInMs: 1_000 } };
  world = await openWorld({ plain: {}, steps: { RequiresSession: true } }, {}, patient);
});
afterEach(() => world.close());

/** A client that tries once and knows nothing of earlier connections. */
async function tryOnce(): Promise<string> {
  const client = new ServiceBusClient(world.broker.connectionString, {
    retryOptions: { maxRetries: 0, timeoutInMs: 5_000 },
  });
  const failure = await failureOf(client.createSender('plain').sendMessages({ body: 'once' }));
  await client.close();
  return failure;
}

describe('when every connection is cut', () => {
  test('senders and subscribers come back', async () => {
    const sender = world.client.createSender('plain');
    const seen: unknown[] = [];
    world.client.createReceiver('plain').subscribe({
      processMessage: async ({ body }) => {
        seen.push(body);
      },
      processError: async () => {},
    });
    await sender.sendMessages({ body: 'before' });
    await eventually(() => expect(seen).toEqual(['before']));
    world.broker.dropClients();
    await sender.sendMessages({ body: 'after' });
    await eventually(() => expect(seen).toEqual(['before', 'after']));
  });

  test('sessions are free at once', async () => {
    await world.client.createSender('steps').sendMessages({ body: 1, sessionId: 'A' });
    await one(await world.client.acceptSession('steps', 'A'));
    world.broker.dropClients();
    await eventually(() => expect(world.broker.counts('steps')).toMatchObject({ active: 1, locked: 0 }));
    const other = new ServiceBusClient(world.broker.connectionString);
    expect(await one(await other.acceptSession('steps', 'A'))).toMatchObject({ body: 1, deliveryCount: 0 });
    await other.close();
  });
});

describe('when sends are refused', () => {
  test('as busy, the client tries again', async () => {
    world.broker.refuseSends(2);
    await world.client.createSender('plain').sendMessages({ body: 'busy' });
    expect(world.broker.counts('plain').active).toBe(1);
  });

  test('one is told why, exactly as often as was asked for', async () => {
    world.broker.refuseSends(2);
    expect(await tryOnce()).toBe('ServiceBusy');
    expect(await tryOnce()).toBe('ServiceBusy');
    expect(await tryOnce()).toBe('no failure');
    world.broker.refuseSends(1, 'amqp:resource-limit-exceeded');
    expect(await tryOnce()).toBe('QuotaExceeded');
    expect(world.broker.counts('plain').active).toBe(1);
  });
});

describe('while the broker is paused', () => {
  test('nobody gets through; afterwards all is as it was, on the same port', async () => {
    const sender = world.client.createSender('plain');
    await sender.sendMessages([{ body: 1 }, { body: 2 }]);
    const { port } = world.broker;
    await world.broker.pause();
    expect(await tryOnce()).not.toBe('no failure');
    expect(world.broker.counts('plain').active).toBe(2);
    await world.broker.resume();
    expect(world.broker.port).toBe(port);
    expect(await tryOnce()).toBe('no failure');
    expect(world.broker.peek('plain').map((message) => message.body)).toEqual(['1', '2', '"once"']);
  });

  test('a send waits in the client and arrives afterwards', async () => {
    const sender = world.client.createSender('plain');
    await sender.sendMessages({ body: 'first' });
    await world.broker.pause();
    const sending = sender.sendMessages({ body: 'second' });
    expect(await tryOnce()).not.toBe('no failure');
    await world.broker.resume();
    await sending;
    expect(world.broker.peek('plain').map((message) => message.body)).toEqual(['"first"', '"second"']);
  });

  test('pausing or resuming twice changes nothing, and it can be stopped', async () => {
    await world.broker.pause();
    await world.broker.pause();
    await world.broker.resume();
    await world.broker.resume();
    expect(await tryOnce()).toBe('no failure');
    await world.broker.pause();
  });
});
