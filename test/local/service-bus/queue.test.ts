import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JournalRecord } from '../../../local/service-bus/journal/record.ts';
import { decodeRecords, encodeRecord } from '../../../local/service-bus/journal/record.ts';
import { replay, summary } from '../../../local/service-bus/journal/replay.ts';
import { countMessages, peekMessages } from '../../../local/service-bus/queue/browse.ts';
import { takeDeferred } from '../../../local/service-bus/queue/by-sequence.ts';
import type { Consumer } from '../../../local/service-bus/queue/consumer.ts';
import { attach, deliver, detach } from '../../../local/service-bus/queue/delivery.ts';
import { enqueue } from '../../../local/service-bus/queue/enqueue.ts';
import { Lane } from '../../../local/service-bus/queue/lane.ts';
import type { Lock } from '../../../local/service-bus/queue/locks.ts';
import { createQueue, type Queue } from '../../../local/service-bus/queue/queue.ts';
import { acceptSession } from '../../../local/service-bus/queue/session-locks.ts';
import { type Settlement, settle } from '../../../local/service-bus/queue/settlement.ts';
import { sweep } from '../../../local/service-bus/queue/sweep.ts';

/** Milliseconds. */
const lockDuration = 1000;
const sessions = ['A', 'B', 'C'] as const;
const receivers = 2;

type Step =
  | { readonly do: 'send'; readonly session: number; readonly delay: number }
  | { readonly do: 'receive'; readonly receiver: number; readonly credit: number }
  | {
      readonly do: 'settle';
      readonly receiver: number;
      readonly as: Settlement['kind'];
      readonly nth: number;
    }
  | { readonly do: 'close'; readonly receiver: number }
  | { readonly do: 'wait'; readonly milliseconds: number };

const receiver = fc.nat(receivers - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('send'), session: fc.nat(2), delay: fc.constantFrom(0, 0, 1500) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('receive'), receiver, credit: fc.integer({ min: 1, max: 3 }) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('settle'),
      receiver,
      as: fc.constantFrom('complete', 'complete', 'abandon', 'defer', 'deadLetter'),
      nth: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('close'), receiver }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('wait'), milliseconds: fc.constantFrom(100, 600, 1200) }),
  },
);

/** A receiver that notes what it gets, and checks that it may get it. */
class TestReceiver implements Consumer {
  readonly deleteOnReceive = false;
  readonly held: Lock[] = [];
  session: Consumer['session'];
  private wanted = 0;
  private readonly queue: Queue;

  constructor(queue: Queue) {
    this.queue = queue;
  }

  credit(): number {
    return this.wanted;
  }

  want(count: number): void {
    this.wanted = count;
  }

  deliver(...[message, lock]: Parameters<Consumer['deliver']>): void {
    this.wanted -= 1;
    if (this.queue.settings.requiresSession) expect(message.sessionId).toBe(this.session?.id);
    const passedOver = peekMessages(this.queue, 0, Number.POSITIVE_INFINITY)
      .filter((other) => other.state === 'active' && other.sequence < message.sequence)
      .filter((other) => !this.queue.settings.requiresSession || other.sessionId === message.sessionId)
      .filter((other) => this.queue.locks.of(other.sequence) === undefined);
    expect(passedOver).toEqual([]);
    if (lock !== undefined) this.held.push(lock);
  }

  sessionLost(): void {
    this.session = undefined;
  }
}

/** A queue, two receivers and all that was written down. */
class QueueModel {
  readonly queue: Queue;
  readonly sent = new Set<string>();
  readonly completed: string[] = [];
  readonly records: JournalRecord[] = [];
  private readonly receivers: (TestReceiver | undefined)[] = [];
  private now = 1_000_000;
  private ids = 0;

  constructor(requiresSession: boolean) {
    const { records } = this;
    this.queue = createQueue(
      {
        name: 'q',
        requiresSession,
        lockDuration,
        maxDeliveryCount: 3,
        timeToLive: undefined,
        deadLetterOnExpiration: true,
        duplicateWindow: undefined,
        maxMessageSize: 1000,
        maxQueueSize: 1_000_000,
      },
      {
        now: () => this.now,
        newId: () => `token ${++this.ids}`,
        log: {
          put: (queue, message) => records.push({ kind: 'message', queue, message }),
          remove: (queue, sequence) => records.push({ kind: 'removed', queue, sequence }),
          sessionState: () => {},
          remember: () => {},
          flushed: (done) => done(),
        },
      },
    );
  }

  take(step: Step): void {
    if (step.do === 'send') this.send(sessions[step.session] ?? 'A', step.delay);
    else if (step.do === 'receive') this.receive(step.receiver, step.credit);
    else if (step.do === 'settle') this.settle(this.receivers[step.receiver], step.nth, step.as);
    else if (step.do === 'close') this.close(step.receiver);
    else this.wait(step.milliseconds);
    this.check();
  }

  /** Receives and completes until nothing is left, deferred messages by their numbers. */
  finish(): void {
    for (let index = 0; index < receivers; index += 1) this.close(index);
    this.wait(5000);
    for (let round = 0; this.queue.messages.size > 0; round += 1) {
      expect(round).toBeLessThan(1000);
      this.receive(0, 1);
      this.settle(this.receivers[0], 0, 'complete');
      if (countMessages(this.queue).active === 0) this.completeDeferred();
      this.close(0);
    }
  }

  private send(session: string, delay: number): void {
    const messageId = `message ${++this.ids}`;
    this.sent.add(messageId);
    const scheduledFor = delay === 0 ? undefined : this.now + delay;
    // An application-properties section (AMQP 1.0, part 3, section 3.2.5) is the least that dead-lettering can edit.
    const bare = Buffer.from([0x00, 0x53, 0x74, 0xc1, 0x01, 0x00]);
    enqueue(this.queue, [{ bare, messageId, sessionId: session, scheduledFor }]);
  }

  private receive(index: number, credit: number): void {
    const { queue } = this;
    const receiver = this.receivers[index] ?? new TestReceiver(queue);
    const isNew = this.receivers[index] === undefined;
    this.receivers[index] = receiver;
    receiver.want(credit);
    if (isNew && !queue.settings.requiresSession) attach(queue, receiver);
    if (isNew && queue.settings.requiresSession) acceptSession(queue, receiver, undefined, 5000, () => {});
    deliver(queue, receiver.session?.id);
  }

  private settle(receiver: TestReceiver | undefined, nth: number, kind: Settlement['kind']): void {
    const [lock] = receiver?.held.splice(nth, 1) ?? [];
    if (lock === undefined) return;
    const message = this.queue.messages.get(lock.sequence);
    const valid = this.queue.locks.find(lock.token) !== undefined;
    const settlement: Settlement = kind === 'complete' ? { kind } : { kind, properties: {} };
    if (!valid) {
      expect(() => settle(this.queue, lock.token, settlement)).toThrow(/lock/);
      return;
    }
    settle(this.queue, lock.token, settlement);
    if (kind === 'complete' && message !== undefined) this.completed.push(message.messageId);
  }

  private close(index: number): void {
    const receiver = this.receivers[index];
    if (receiver !== undefined) detach(this.queue, receiver);
    this.receivers[index] = undefined;
  }

  private wait(milliseconds: number): void {
    this.now += milliseconds;
    sweep(this.queue);
  }

  private completeDeferred(): void {
    for (const sequence of [...this.queue.deferred]) {
      const [taken] = takeDeferred(this.queue, [sequence], undefined, true);
      if (taken !== undefined) this.completed.push(taken.message.messageId);
    }
  }

  private check(): void {
    const { queue } = this;
    const dead = queue.deadLetters?.messages.values() ?? [];
    const kept = [...queue.messages.values(), ...dead].map((message) => message.messageId);
    expect([...kept, ...this.completed].sort()).toEqual([...this.sent].sort());

    const held = this.receivers.flatMap((receiver) => receiver?.held ?? []);
    const valid = held.filter((lock) => queue.locks.find(lock.token) !== undefined);
    expect(new Set(valid.map((lock) => lock.sequence)).size).toBe(valid.length);

    const owners = this.receivers.flatMap((receiver) => receiver?.session?.id ?? []);
    expect(new Set(owners).size).toBe(owners.length);

    const { active, locked, deferred, scheduled } = countMessages(queue);
    expect(active + locked + deferred + scheduled).toBe(queue.messages.size);
    const bytes = [...queue.messages.values()].reduce((sum, message) => sum + message.bare.length, 0);
    expect(queue.bytes).toBe(bytes);
  }
}

describe.for([true, false])('a queue (sessions: %s), whatever happens to it', (requiresSession) => {
  test('loses nothing, gives nothing twice, passes nothing over, and ends empty', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const model = new QueueModel(requiresSession);
        for (const next of steps) model.take(next);
        model.finish();
        expect(new Set(model.completed).size).toBe(model.completed.length);
        expect(model.completed.length + (model.queue.deadLetters?.messages.size ?? 0)).toBe(model.sent.size);
      }),
      { numRuns: 200 },
    );
  });

  test('is in its journal exactly as it is, also when that was shortened', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const model = new QueueModel(requiresSession);
        for (const next of steps) model.take(next);
        const past = replay(decodeRecords(Buffer.concat(model.records.map(encodeRecord))));
        const shortened = replay(summary(past, 0));
        for (const remembered of [past, shortened]) {
          for (const queue of [model.queue, model.queue.deadLetters]) {
            const messages = remembered.get(queue?.settings.name ?? '')?.messages ?? new Map();
            expect(messages).toEqual(queue?.messages);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

test('receivers with credit take turns', () => {
  const { queue } = new QueueModel(false);
  const both = [new TestReceiver(queue), new TestReceiver(queue)];
  for (const consumer of both) {
    consumer.want(10);
    attach(queue, consumer);
  }
  enqueue(
    queue,
    [1, 2, 3, 4].map((id) => ({ bare: Buffer.alloc(0), messageId: `${id}` })),
  );
  expect(both.map((consumer) => consumer.held.length)).toEqual([2, 2]);
});

test('a lane gives its numbers in ascending order, however they came in and out', () => {
  const operation = fc.oneof(fc.nat(5000), fc.constant('shift' as const));
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const lane = new Lane();
      let expected: number[] = [];
      for (const next of operations) {
        if (next === 'shift') {
          expect(lane.shift()).toBe(expected.shift());
        } else {
          lane.insert(next);
          expected = [...expected, next].sort((a, b) => a - b);
        }
        expect(lane.length).toBe(expected.length);
        expect(lane.peek()).toBe(expected[0]);
      }
    }),
  );
});

test('a lane stays in order over thousands of numbers', () => {
  const lane = new Lane();
  for (let i = 0; i < 10_000; i += 1) lane.insert(i);
  for (let i = 0; i < 9_000; i += 1) expect(lane.shift()).toBe(i);
  lane.insert(8_999);
  expect([lane.shift(), lane.shift(), lane.length]).toEqual([8_999, 9_000, 999]);
});
