import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ServiceBusClient } from '@azure/service-bus';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf, impatient, one, openWorld, type Queues, several, type World } from './world.ts';

const minute = 60_000;
const queues: Queues = {
  plain: { MaxDeliveryCount: 2 },
  steps: { RequiresSession: true },
  unique: { RequiresDuplicateDetection: true },
};

let folder: string;
let journalFile: string;
let world: World | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'broker-journal-'));
  journalFile = join(folder, 'journal');
});
afterEach(async () => {
  await world?.close();
  world = undefined;
  rmSync(folder, { recursive: true });
});

/** Stops the broker, if one runs, and starts one on the same journal. */
async function restart(): Promise<World> {
  await world?.close();
  world = await openWorld(queues, { journalFile });
  return world;
}

describe('after a restart', () => {
  test('messages are there in their order, with their delivery counts, and new ones come behind', async () => {
    const { client } = await restart();
    await client.createSender('plain').sendMessages([{ body: 1 }, { body: 2 }, { body: 3 }]);
    const receiver = client.createReceiver('plain');
    const [first, second] = await several(receiver, 2);
    if (first !== undefined) await receiver.completeMessage(first);
    if (second !== undefined) await receiver.abandonMessage(second, { tried: true });

    const again = (await restart()).client;
    await again.createSender('plain').sendMessages({ body: 4 });
    const rest = await several(again.createReceiver('plain'), 3);
    expect(rest.map(({ body, deliveryCount }) => [body, deliveryCount])).toEqual([
      [2, 1],
      [3, 0],
      [4, 0],
    ]);
    expect(rest[0]?.applicationProperties).toEqual({ tried: true });
  });

  test('what was locked, deferred, scheduled or dead-lettered is so still, the locks excepted', async () => {
    const { client, broker, now } = await restart();
    const sender = client.createSender('plain');
    await sender.sendMessages(['locked', 'deferred', 'dead'].map((body) => ({ body, messageId: body })));
    const at = new Date(now() + minute);
    await sender.sendMessages({ body: 'scheduled', messageId: 'scheduled', scheduledEnqueueTimeUtc: at });
    const receiver = client.createReceiver('plain');
    const [, deferred, dead] = await several(receiver, 3);
    if (deferred !== undefined) await receiver.deferMessage(deferred);
    if (dead !== undefined)
      await receiver.deadLetterMessage(dead, { deadLetterReason: 'why', deadLetterErrorDescription: 'so' });
    expect(broker.counts('plain')).toEqual({
      active: 0,
      locked: 1,
      deferred: 1,
      scheduled: 1,
      deadLetter: 1,
    });

    const again = await restart();
    expect(again.broker.counts('plain')).toEqual({
      active: 1,
      locked: 0,
      deferred: 1,
      scheduled: 1,
      deadLetter: 1,
    });
    const other = again.client.createReceiver('plain');
    const locked = await one(other);
    expect(locked.body).toBe('locked');
    await other.completeMessage(locked);
    const [taken] = await other.receiveDeferredMessages(deferred?.sequenceNumber ?? []);
    expect(taken?.body).toBe('deferred');
    const deadLetters = again.client.createReceiver('plain', { subQueueType: 'deadLetter' });
    expect(await one(deadLetters)).toMatchObject({ body: 'dead', deadLetterReason: 'why' });
    again.advance(minute);
    expect((await one(other)).body).toBe('scheduled');
  });

  test('sessions have their messages and their states, unless those were taken away', async () => {
    const { client } = await restart();
    await client.createSender('steps').sendMessages([
      { sessionId: 'A', body: 1 },
      { sessionId: 'A', body: 2 },
    ]);
    const a = await client.acceptSession('steps', 'A');
    await a.setSessionState({ step: 1 });
    await a.setSessionState({ step: 2 });
    await a.completeMessage(await one(a));
    const empty = await client.acceptSession('steps', 'empty');
    await empty.setSessionState('kept');
    const cleared = await client.acceptSession('steps', 'cleared');
    await cleared.setSessionState('gone');
    await cleared.setSessionState(null);

    await restart();
    const again = (await restart()).client;
    const next = await again.acceptNextSession('steps');
    expect(next.sessionId).toBe('A');
    expect(await next.getSessionState()).toEqual({ step: 2 });
    expect((await one(next)).body).toBe(2);
    expect(await (await again.acceptSession('steps', 'empty')).getSessionState()).toBe('kept');
    expect(await (await again.acceptSession('steps', 'cleared')).getSessionState()).toBeNull();
  });

  test('a message id is still known, and a sequence number is never given twice', async () => {
    const { client } = await restart();
    const receiver = client.createReceiver('unique');
    await client.createSender('unique').sendMessages({ body: 1, messageId: 'same' });
    const received = await one(receiver);
    await receiver.completeMessage(received);

    await restart();
    const again = await restart();
    const sender = again.client.createSender('unique');
    await sender.sendMessages({ body: 2, messageId: 'same' });
    expect(again.broker.counts('unique').active).toBe(0);
    await sender.sendMessages({ body: 3, messageId: 'other' });
    const [other] = again.broker.peek('unique');
    expect(other?.sequence).toBeGreaterThan(received.sequenceNumber?.toNumber() ?? 0);
  });

  test('the journal holds no more than what is needed', async () => {
    const { client } = await restart();
    const body = 'x'.repeat(1000);
    await client.createSender('plain').sendMessages(Array.from({ length: 100 }, () => ({ body })));
    const receiver = client.createReceiver('plain');
    for (const message of await several(receiver, 99)) await receiver.completeMessage(message);
    await world?.broker.stop();
    expect(statSync(journalFile).size).toBeGreaterThan(100_000);
    await restart();
    expect(statSync(journalFile).size).toBeLessThan(5_000);
  });
});

test('a file that is no journal is refused by its name, and left as it is', async () => {
  const text = Buffer.from([8, 0, 0, 0, 4, 0, 0, 0, ...Buffer.from('text')]);
  appendFileSync(journalFile, text);
  await expect(restart()).rejects.toThrow(`${journalFile}: is not a journal of the local broker`);
  expect(readFileSync(journalFile)).toEqual(text);
});

test('a journal is begun in a folder that is not there yet', async () => {
  journalFile = join(folder, 'new', 'journal');
  await restart();
  expect(statSync(journalFile).size).toBe(0);
});

describe('after a crash', () => {
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  async function start(): Promise<{ readonly connectionString: string; readonly child: ChildProcess }> {
    const program = join(import.meta.dirname, 'journaled-broker.ts');
    const child = spawn(process.execPath, [program, journalFile], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    const [connectionString] = await once(createInterface(child.stdout), 'line');
    return { connectionString, child };
  }

  test('every message that was accepted, and not completed, is there', async () => {
    const { connectionString, child } = await start();
    const client = new ServiceBusClient(connectionString, impatient);
    const sender = client.createSender('plain');
    for (let block = 0; block < 10; block += 1) {
      await sender.sendMessages(Array.from({ length: 50 }, (_, i) => ({ body: block * 50 + i })));
    }
    const receiver = client.createReceiver('plain');
    for (const message of await several(receiver, 100)) await receiver.completeMessage(message);
    // Settlements are answered before they are on disk, sends after: a send confirms all before it.
    await sender.sendMessages({ body: 500 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    void failureOf(client.close());

    const { broker } = await restart();
    expect(broker.peek('plain').map((message) => Number(message.body))).toEqual(
      Array.from({ length: 401 }, (_, i) => i + 100),
    );
  });

  test('a record that was cut off does not spoil what is written later', async () => {
    const first = await restart();
    await first.client.createSender('plain').sendMessages({ body: 'before' });
    await first.broker.stop();
    appendFileSync(journalFile, Buffer.from([200, 0, 0, 0, 30, 0, 0, 0, 123, 34]));
    const second = await restart();
    await second.client.createSender('plain').sendMessages({ body: 'after' });
    const third = await restart();
    expect(third.broker.peek('plain').map((message) => message.body)).toEqual(['"before"', '"after"']);
  });
});
