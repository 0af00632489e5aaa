import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, one, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld({
    plain: { MaxDeliveryCount: 3 },
    turns: {},
    steps: { RequiresSession: true },
  });
});
afterAll(() => world.close());

test('a subscriber gets messages as many at a time as it wants, and those it fails on come again', async () => {
  const receiver = world.client.createReceiver('plain');
  const seen: unknown[] = [];
  const errors: string[] = [];
  let running = 0;
  let most = 0;
  receiver.subscribe(
    {
      processMessage: async ({ body }) => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        seen.push(body);
        if (body === 'bad') throw new Error('cannot be processed');
      },
      processError: async ({ errorSource }) => {
        errors.push(errorSource);
      },
    },
    { maxConcurrentCalls: 4 },
  );
  const numbers = Array.from({ length: 40 }, (_, body) => ({ body }));
  await world.client.createSender('plain').sendMessages([...numbers, { body: 'bad' }]);
  await eventually(() =>
    expect(world.broker.counts('plain')).toMatchObject({ active: 0, locked: 0, deadLetter: 1 }),
  );
  await receiver.close();
  expect(seen.filter((body) => body === 'bad')).toHaveLength(3);
  expect(new Set(seen).size).toBe(41);
  expect(seen).toHaveLength(43);
  expect(most).toBe(4);
  expect(errors).toContain('processMessageCallback');
  const deadLetters = world.client.createReceiver('plain', { subQueueType: 'deadLetter' });
  expect((await one(deadLetters)).body).toBe('bad');
});

test('two subscribers of a queue share its messages, and each message goes to one', async () => {
  const counts = [0, 0];
  const receivers = counts.map((_, index) => {
    const receiver = world.client.createReceiver('turns');
    receiver.subscribe({
      processMessage: async () => {
        counts[index] = (counts[index] ?? 0) + 1;
      },
      processError: async () => {},
    });
    return receiver;
  });
  const sender = world.client.createSender('turns');
  let sent = 0;
  // The second one may come late; the first does not get everything for ever.
  while (counts.some((count) => count === 0)) {
    await sender.sendMessages([{ body: 1 }, { body: 2 }]);
    sent += 2;
  }
  await eventually(() => expect(world.broker.counts('turns')).toMatchObject({ active: 0, locked: 0 }));
  for (const receiver of receivers) await receiver.close();
  expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(sent);
});

test('a subscriber of a session gets its messages in order', async () => {
  const sent = Array.from({ length: 60 }, (_, body) => ({ body, sessionId: `s${body % 3}` }));
  await world.client.createSender('steps').sendMessages(sent);
  for (let session = 0; session < 3; session += 1) {
    const receiver = await world.client.acceptNextSession('steps');
    const bodies: number[] = [];
    receiver.subscribe({
      processMessage: async ({ body }) => {
        bodies.push(body);
      },
      processError: async () => {},
    });
    await eventually(() =>
      expect(world.broker.counts('steps')).toMatchObject({ active: 40 - session * 20, locked: 0 }),
    );
    await receiver.close();
    expect(bodies).toEqual(Array.from({ length: 20 }, (_, i) => i * 3 + session));
  }
});
