import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decode, queueNames } from '../../shared/bus/index.ts';
import { bySid, complete, delta, desiredGroup, writeIntent } from './intents.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());
beforeEach(() => {
  world.lines.length = 0;
});

const dnOf = (desired: { commonName: string }): string =>
  `CN=${desired.commonName},${world.seeded.writebackOu}`;
const person = (index: number): string => world.seeded.people[index]?.sid ?? '';

describe('while AD is away', () => {
  test('messages stay, no delivery is counted for it, and all are written when it is back', async () => {
    await world.outcomeOf(writeIntent(desiredGroup()));
    await world.dc.kill();
    const groups = Array.from({ length: 20 }, () => desiredGroup());
    const intents = groups.map((desired) => writeIntent(desired, complete([bySid(person(0))])));
    await world.send(...intents);
    const lost = await world.logged('directory.lost');
    expect(lost.fields).toMatchObject({ code: expect.stringMatching(/UNREACHABLE|CONNECTION_LOST/) });
    expect(String(lost.fields.message)).toMatch(/Check|relay/);
    expect(world.relay.health()).toMatchObject({ healthy: false, directory: { state: 'down' } });
    await world.dc.restart();
    const outcomes = await Promise.all(intents.map(({ intentId }) => world.waitFor(intentId)));
    expect(new Set(outcomes.map(({ result }) => result))).toEqual(new Set(['applied']));
    expect(await world.membersOf(dnOf(groups[0] ?? desiredGroup()))).toHaveLength(1);
    expect(world.broker.counts('intents')).toMatchObject({ deadLetter: 0 });
    expect(world.lines.some(({ event }) => event === 'directory.back')).toBe(true);
    expect(world.lines.filter(({ event }) => event === 'directory.lost')).toHaveLength(1);
  });
});

describe('when the domain controller answers late', () => {
  test('a write whose answer never came is not made twice', async () => {
    await world.restartRelay({ directory: { ...world.settings.directory, timeoutMs: 2_000 } });
    const desired = desiredGroup();
    await world.outcomeOf(writeIntent(desired, complete([bySid(person(0))])));
    world.dc.pause();
    const intent = writeIntent(desired, delta([bySid(person(1))], [bySid(person(0))]));
    await world.send(intent);
    await world.logged('directory.disconnected');
    world.dc.resume();
    const outcome = await world.waitFor(intent.intentId);
    expect(['applied', 'unchanged']).toContain(outcome.result);
    expect(await world.membersOf(dnOf(desired))).toEqual([world.seeded.people[1]?.dn]);
  });
});

describe('while Service Bus is away', () => {
  test('the relay says so once, and goes on when it is back', async () => {
    await world.broker.pause();
    await world.logged('queue.lost');
    expect(world.relay.health()).toMatchObject({ healthy: false, queue: { state: 'down' } });
    await world.broker.resume();
    const outcome = await world.outcomeOf(writeIntent(desiredGroup()));
    expect(outcome.result).toBe('applied');
    await world.logged('queue.back');
    expect(world.lines.filter(({ event }) => event === 'queue.lost')).toHaveLength(1);
  });
});

describe('a message that can never be handled', () => {
  test.each([
    ['NOT_JSON', 'this is not JSON'],
    ['VERSION_UNKNOWN', JSON.stringify({ version: 99, body: {} })],
    ['SCHEMA', JSON.stringify({ version: 1, body: { type: 'write' } })],
  ])('is set aside with the code %s and its reason, and the next one is handled', async (code, body) => {
    const desired = desiredGroup();
    const sessionId = `group:${desired.id}`;
    const sender = world.client.createSender('intents');
    await sender.sendMessages({ body: Buffer.from(body), sessionId, messageId: `bad-${code}` });
    await sender.close();
    const outcome = await world.outcomeOf(writeIntent(desired));
    expect(outcome.result).toBe('applied');
    expect(world.broker.counts('intents')).toMatchObject({ deadLetter: 0 });
    const receiver = world.client.createReceiver('rejected');
    const [rejected] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
    if (!rejected) throw new Error('nothing was rejected');
    await receiver.completeMessage(rejected);
    await receiver.close();
    expect(decode('rejected', rejected.body)).toMatchObject({
      ok: true,
      body: { queue: 'intents', code, body, sessionId, messageId: `bad-${code}` },
    });
  });
});

test('outcomes are the only messages besides', () => {
  for (const queue of queueNames.filter((name) => name !== 'outcomes'))
    expect([queue, world.broker.counts(queue)]).toMatchObject([queue, { active: 0 }]);
});
