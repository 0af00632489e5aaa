import type { InvocationContext } from '@azure/functions';
import { type BodyOf, decode, type QueueName } from '../../shared/bus/index.ts';
import { momentOf } from '../../shared/domain/index.ts';
import type { Log } from '../../shared/flow/log.ts';
import { getApp } from '../app.ts';
import { logOf, traceOf } from '../log.ts';

/** Longest body that is kept of a rejected message. */
const keptBody = 64 * 1024;

/** Waits between deliveries of a message that fails, in seconds; ten deliveries take about six minutes. */
const patience = [1, 2, 5, 10, 20, 30, 60, 60, 60, 60] as const;

/**
 * Handles one message of a queue. What cannot be read is set aside on `rejected` with its reason and
 * raises a violation. A handler that throws waits under the lock before the message goes back, so
 * that the ten deliveries of Service Bus are not spent in seconds; the session keeps the order.
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
    await handle(read.body, traceparent, log);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const delivery = Number(context.triggerMetadata?.deliveryCount ?? 1);
    const seconds = patience[Math.min(delivery, patience.length) - 1] ?? 60;
    log('message.failed', { queue, delivery, waitSeconds: seconds, message: why }, 'warn');
    const { sleep } = await getApp();
    await sleep(seconds * 1000);
    throw error;
  }
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
