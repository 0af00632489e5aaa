import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, startBroker } from '../../../../local/service-bus/broker.ts';
import {
  type BodyOf,
  createBus,
  createQueues,
  decode,
  encode,
  type QueueName,
} from '../../../../shared/bus/index.ts';
import { momentOf } from '../../../../shared/domain/index.ts';
import { listDeadLetters } from '../../../../shared/flow/operate/dead-letters.ts';
import {
  type SettleLetterDeps,
  settleDeadLetter,
} from '../../../../shared/flow/operate/settle-dead-letter.ts';
import { createAudit, memoryStore } from '../../../../shared/state/index.ts';
import { removeIntent } from '../../../relay/intents.ts';
import { groupId, violation } from '../../alerts/samples.ts';
import { outcomeAt } from '../outcome.ts';

/** Messages that were given up or set aside, on every queue, with the real client on the local broker. */

const at = momentOf(new Date('2027-03-01T10:00:00Z'));
const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
const object = { kind: 'group', id: groupId(1) } as const;
const session = `group:${object.id}`;

let broker: Broker;
let client: ServiceBusClient;
let deps: SettleLetterDeps;
const audit = createAudit(memoryStore());

beforeAll(async () => {
  broker = await startBroker({ entities: 'infra/service-bus.json' });
  client = new ServiceBusClient(broker.connectionString);
  let ids = 0;
  deps = {
    queues: createQueues(client),
    bus: createBus(client),
    audit,
    now: () => new Date(at),
    newId: () => `action-${++ids}`,
    log: () => {},
  };
});

afterAll(async () => {
  await client?.close();
  await broker?.stop();
});

/** Nothing is left behind for the next test. */
afterEach(async () => {
  for (const { id } of await listDeadLetters(deps.queues)) await settle(id, 'discard');
});

const bodies: { readonly [Q in Exclude<QueueName, 'rejected'>]: BodyOf<Q> } = {
  feeds: { feed: 'groups', notified: [], receivedAt: at, ringsAt: at, attempt: 0 },
  changes: { ...object, cause: 'feed', membership: { read: 'none' }, receivedAt: at, attempt: 0 },
  intents: removeIntent(object, 'delete'),
  outcomes: outcomeAt(Date.parse(at), { object }),
  alerts: { incidentId: 'i', event: 'opened', violation: violation(), count: 1, openedAt: at },
};

const settle = (id: string, action: 'replay' | 'discard') =>
  settleDeadLetter({ id, action, person: 'anna@contoso.com', reason: 'a test' }, traceparent, deps);

/** Sends a message and gives it up, as a reader does that fails for the tenth time. */
async function giveUp(queue: QueueName, text: string, sessionId: string): Promise<void> {
  await client.createSender(queue).sendMessages({ body: Buffer.from(text), sessionId, messageId: 'm-1' });
  const receiver =
    queue === 'rejected' ? client.createReceiver(queue) : await client.acceptSession(queue, sessionId);
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 3000 });
  if (!message) throw new Error(`Nothing came on ${queue}.`);
  await receiver.deadLetterMessage(message, {
    deadLetterReason: 'MaxDeliveryCountExceeded',
    deadLetterErrorDescription: 'ten times',
  });
  await receiver.close();
}

/** What lies on a queue and in which session; afterwards it is empty. */
async function taken<Q extends QueueName>(queue: Q): Promise<readonly [BodyOf<Q>, string | undefined][]> {
  const found = await deps.queues.peek({ queue, deadLetter: false }, 10);
  for (const sessionId of new Set(found.map((one) => one.sessionId ?? ''))) {
    const receiver = await client.acceptSession(queue, sessionId);
    for (const message of await receiver.receiveMessages(found.length, { maxWaitTimeInMs: 1000 }))
      await receiver.completeMessage(message);
    await receiver.close();
  }
  return found.map(({ text, sessionId }) => {
    const read = decode(queue, text);
    if (!read.ok) throw new Error(read.reason);
    return [read.body, sessionId];
  });
}

const list = () => listDeadLetters(deps.queues);

describe('A message that was given up', () => {
  it.each(['feeds', 'outcomes', 'alerts'] as const)(
    'on %s is explained, and sent once more as it was',
    async (queue) => {
      await giveUp(queue, encode(queue, bodies[queue]), session);
      const [letter, ...others] = await list();
      expect(others).toEqual([]);
      expect(letter).toMatchObject({
        queue,
        kind: 'givenUp',
        code: 'MaxDeliveryCountExceeded',
        reason: 'ten times',
        explanation: expect.stringContaining('failed each time'),
        messageId: 'm-1',
        object,
        replay: { possible: true, does: 'sendAgain' },
      });
      expect(await settle(letter?.id ?? '', 'replay')).toMatchObject({ done: true });
      expect(await taken(queue)).toEqual([[bodies[queue], session]]);
      expect(await list()).toEqual([]);
    },
  );

  it.each(['changes', 'intents'] as const)(
    'on %s is not sent again: its object is looked at anew',
    async (queue) => {
      await giveUp(queue, encode(queue, bodies[queue]), session);
      const [letter] = await list();
      expect(letter).toMatchObject({ queue, object, replay: { possible: true, does: 'lookAtObject' } });
      expect(await settle(letter?.id ?? '', 'replay')).toMatchObject({ done: true });
      expect(await taken('changes')).toMatchObject([
        [{ ...object, cause: 'request', membership: { read: 'complete' } }, session],
      ]);
      expect(await list()).toEqual([]);
    },
  );

  it('of which nobody knows the object is said to be for discarding', async () => {
    await giveUp('intents', 'torn', 'nobody');
    const [letter] = await list();
    expect(letter?.replay).toMatchObject({ possible: false });
    expect(await settle(letter?.id ?? '', 'replay')).toMatchObject({ done: false, why: 'notReplayable' });
    expect(await list()).toHaveLength(1);
    expect(await settle(letter?.id ?? '', 'discard')).toMatchObject({ done: true });
    expect(await list()).toEqual([]);
  });

  it('on the queue of those set aside can still be discarded', async () => {
    await giveUp('rejected', 'anything', 'x');
    const [letter] = await list();
    expect(letter).toMatchObject({ queue: 'rejected', kind: 'givenUp', replay: { possible: false } });
    expect(await settle(letter?.id ?? '', 'discard')).toMatchObject({ done: true });
  });
});

describe('A message that was set aside', () => {
  it.each(['feeds', 'outcomes', 'alerts'] as const)(
    'on %s and can be read after all is sent to its queue and session',
    async (queue) => {
      await setAside(queue, encode(queue, bodies[queue]));
      const [letter] = await list();
      expect(letter).toMatchObject({
        queue,
        kind: 'setAside',
        code: 'SCHEMA',
        replay: { does: 'sendAgain' },
      });
      expect(await settle(letter?.id ?? '', 'replay')).toMatchObject({ done: true });
      expect(await taken(queue)).toMatchObject([[bodies[queue], expect.any(String)]]);
    },
  );

  it('is told apart from others, one at a time, and each action names its person', async () => {
    for (const text of ['one', 'two', 'three']) await setAside('outcomes', text);
    const [, second] = await list();
    expect(await settle(second?.id ?? '', 'discard')).toMatchObject({ done: true });
    expect((await list()).map(({ body }) => body)).toEqual(['one', 'three']);
    expect(await settle(second?.id ?? '', 'discard')).toEqual({ done: false, why: 'gone' });
    const entries = await Array.fromAsync(audit.query());
    expect(entries.find(({ details }) => details.body === 'two')).toMatchObject({
      event: 'deadLetter.discarded',
      actor: 'anna@contoso.com',
      details: { body: 'two', reason: 'a test' },
    });
  });

  it.each(['', 'x', 'setAside-', 'nowhere-1', 'intents-1; drop'])(
    'is not found under the name %j',
    async (id) => {
      expect(await settle(id, 'discard')).toEqual({ done: false, why: 'unknown' });
    },
  );
});

const setAside = (queue: QueueName, body: string): Promise<void> =>
  deps.bus.send('rejected', [
    {
      body: {
        queue,
        code: 'SCHEMA',
        reason: 'a field is wrong',
        body,
        sessionId: session,
        messageId: 'm-1',
        at,
      },
    },
  ]);
