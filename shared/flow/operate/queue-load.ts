import { decode, type Peeked, type QueueName, type Queues, queueNames } from '../../bus/index.ts';
import type { Cause, Moment, ObjectRef } from '../../domain/index.ts';

/** How many messages a queue holds: counted up to a limit, since counting means looking at each. */
export type QueueDepth = {
  readonly queue: QueueName;
  readonly waiting: number;
  /** For later: tries again, confirmations, grace periods, sweeps. */
  readonly scheduled: number;
  readonly deadLetters: number;
  /** There are more than were counted. */
  readonly more: boolean;
  /** Age of the message that has waited longest, in seconds; null where none waits. */
  readonly oldestSeconds: number | null;
};

/** A change that has reached us and is not in AD yet. */
export type Unwritten = {
  readonly object: ObjectRef;
  readonly cause: Cause;
  readonly receivedAt: Moment;
  readonly in: 'changes' | 'intents';
};

export type QueueLoad = {
  readonly depths: readonly QueueDepth[];
  readonly oldestUnwritten: Unwritten | undefined;
};

/** Most messages that are counted of one queue. */
export const mostCounted = 1000;

/** Looks into every queue. What waits to be written is read, the rest is counted. */
export async function readQueueLoad(queues: Pick<Queues, 'peek'>, now: Date): Promise<QueueLoad> {
  const looked = await Promise.all(
    queueNames
      .filter((queue) => queue !== 'rejected')
      .map(async (queue) => {
        const bodies = queue === 'changes' || queue === 'intents' ? undefined : 'bodies';
        const [messages, given] = await Promise.all([
          queues.peek({ queue, deadLetter: false }, mostCounted, bodies),
          queues.peek({ queue, deadLetter: true }, mostCounted, 'bodies'),
        ]);
        return { queue, messages, depth: depthOf(queue, messages, given.length, now) };
      }),
  );
  const setAside = await queues.peek({ queue: 'rejected', deadLetter: false }, mostCounted, 'bodies');
  const unwritten = looked.flatMap(({ queue, messages }) =>
    queue === 'changes' || queue === 'intents' ? messages.flatMap((one) => unwrittenOf(queue, one)) : [],
  );
  return {
    depths: [...looked.map(({ depth }) => depth), depthOf('rejected', [], setAside.length, now)],
    oldestUnwritten: unwritten.toSorted((one, other) => one.receivedAt.localeCompare(other.receivedAt))[0],
  };
}

function depthOf(queue: QueueName, messages: readonly Peeked[], deadLetters: number, now: Date): QueueDepth {
  const waiting = messages.filter(({ state }) => state === 'active');
  const times = waiting.flatMap(({ enqueuedAt }) => (enqueuedAt ? [enqueuedAt.getTime()] : []));
  return {
    queue,
    waiting: waiting.length,
    scheduled: messages.filter(({ state }) => state === 'scheduled').length,
    deadLetters,
    more: messages.length === mostCounted || deadLetters === mostCounted,
    oldestSeconds:
      times.length === 0 ? null : Math.max(0, Math.round((now.getTime() - Math.min(...times)) / 1000)),
  };
}

/** Causes that tell of a change in the cloud; the others look whether there is one. */
const tells: ReadonlySet<Cause> = new Set([
  'notification',
  'feed',
  'missed',
  'dependant',
  'retry',
  'request',
]);

function unwrittenOf(queue: 'changes' | 'intents', { text, state }: Peeked): readonly Unwritten[] {
  if (queue === 'changes') {
    const read = decode('changes', text);
    if (!read.ok || !tells.has(read.body.cause)) return [];
    const { kind, id, cause, receivedAt } = read.body;
    if (state === 'scheduled' && cause !== 'retry') return [];
    return [{ object: { kind, id }, cause, receivedAt, in: queue }];
  }
  const read = decode('intents', text);
  if (!read.ok || (read.body.type !== 'write' && read.body.type !== 'remove')) return [];
  const { object, cause, times } = read.body;
  return tells.has(cause) ? [{ object, cause, receivedAt: times.receivedAt, in: queue }] : [];
}
