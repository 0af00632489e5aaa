import { setTimeout as sleep } from 'node:timers/promises';
import type { InvocationContext } from '@azure/functions';
import { type BodyOf, decode, type QueueName } from '../../shared/bus/index.ts';
import { momentOf } from '../../shared/domain/index.ts';
import type { Log } from '../../shared/flow/log.ts';
import type { SpanName } from '../../shared/telemetry/names.ts';
import { inSpan, pastSpan } from '../../shared/telemetry/spans.ts';
import { getApp } from '../app.ts';
import { logOf, traceOf } from '../log.ts';

/** Longest body that is kept of a rejected message. */
const keptBody = 64 * 1024;

/** Waits between the first deliveries of a message that fails, in seconds. */
const patience = [1, 3, 10, 30, 60] as const;

/** Then a copy comes back after this time, again and again: what may succeed one day is never given up. */
const laterMs = 5 * 60 * 1000;

/**
 * Handles one message of a queue. What cannot be read is set aside on `rejected` with its reason and
 * raises a violation. A handler that throws waits under the lock before the message goes back, which
 * keeps the session's order; after some deliveries a scheduled copy takes its place, so that the ten
 * deliveries of Service Bus are never spent on what is only unavailable.
 */
export async function consume<Q extends QueueName>(
  queue: Q,
  message: unknown,
  context: InvocationContext,
  handle: (body: BodyOf<Q>, traceparent: string, log: Log) => Promise<void>,
): Promise<void> {
  const log = logOf(context);
  const read = decode(queue, message);
  if (!read.ok) return reject(queue, message, read.code, read.reason, context, log);
  const traceparent = read.traceparent ?? traceOf(context);
  try {
    await traced(queue, traceparent, context, (within) => handle(read.body, within, log));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const delivery = Number(context.triggerMetadata?.deliveryCount ?? 1);
    const seconds = patience[delivery - 1];
    log('message.failed', { queue, delivery, waitSeconds: seconds ?? laterMs / 1000, message: why }, 'warn');
    if (seconds === undefined) return sendLater(queue, read.body, traceparent);
    await sleep(seconds * 1000);
    throw error;
  }
}

/** The stage that works on each queue. */
const stages = {
  feeds: 'drain',
  changes: 'evaluate',
  outcomes: 'settle',
  alerts: 'alert',
} as const satisfies Partial<Record<QueueName, SpanName>>;

/** Handles a message in the span of its stage, after one for the time that it lay in the queue. */
function traced(
  queue: QueueName,
  traceparent: string,
  context: InvocationContext,
  work: (traceparent: string) => Promise<void>,
): Promise<void> {
  if (queue === 'intents' || queue === 'rejected') return work(traceparent);
  const attributes = { 'messaging.system': 'servicebus', 'messaging.destination.name': queue };
  const { enqueuedTimeUtc } = context.triggerMetadata ?? {};
  const since = new Date(String(enqueuedTimeUtc));
  if (Number.isFinite(since.getTime()))
    pastSpan('queue.wait', { traceparent, attributes }, since, new Date());
  return inSpan(stages[queue], { traceparent, kind: 'consumer', attributes }, (within = traceparent) =>
    work(within),
  );
}

/** Others may have passed the message meanwhile, so a membership delta becomes a complete read. */
async function sendLater<Q extends QueueName>(queue: Q, body: BodyOf<Q>, traceparent: string): Promise<void> {
  const { bus, now } = await getApp();
  const hasDelta = 'membership' in body && typeof body.membership === 'object';
  const copy = hasDelta ? { ...body, membership: { read: 'complete' } } : body;
  const notBefore = new Date(now().getTime() + laterMs);
  await bus.send(queue, [{ body: copy as BodyOf<Q> }], { notBefore, traceparent });
}

async function reject(
  queue: QueueName,
  message: unknown,
  code: string,
  reason: string,
  context: InvocationContext,
  log: Log,
): Promise<void> {
  const { bus, now, raise } = (await getApp()).withLog(log);
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const { messageId, sessionId } = context.triggerMetadata ?? {};
  const body = {
    queue,
    code,
    reason,
    body: text.slice(0, keptBody),
    ...(typeof messageId === 'string' && { messageId }),
    ...(typeof sessionId === 'string' && { sessionId }),
    at: momentOf(now()),
  };
  await bus.send('rejected', [{ body }]);
  await raise({ code: 'MESSAGE_REJECTED', subject: queue, message: reason, details: { queue, code } });
  log('message.rejected', { queue, code, message: reason }, 'error');
}
