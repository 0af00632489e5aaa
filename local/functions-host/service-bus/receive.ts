import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';

/** How long a batch waits for more after its first message, in ms. The client itself would wait up to a second. */
const GATHER_MS = 20;

/** The next message, or none after `waitMs`. Rejects when `stop` is aborted. */
export async function receiveOne(
  receiver: ServiceBusReceiver,
  waitMs: number,
  stop: AbortSignal,
): Promise<ServiceBusReceivedMessage | undefined> {
  // The client leaves a listener on the signal each time that it waited in vain, and its receiver with it. So each wait has a
  // signal of its own, which nothing that stays refers to afterwards; one made by AbortSignal.any stays while it has listeners.
  stop.throwIfAborted();
  const wait = new AbortController();
  const abort = (): void => wait.abort();
  stop.addEventListener('abort', abort);
  try {
    const [message] = await receiver.receiveMessages(1, {
      maxWaitTimeInMs: waitMs,
      abortSignal: wait.signal,
    });
    return message;
  } finally {
    stop.removeEventListener('abort', abort);
  }
}

/** One message or more, up to `most`; none after `waitMs`. The first one is waited for, the others only if they are there. */
export async function receiveBatch(
  receiver: ServiceBusReceiver,
  most: number,
  waitMs: number,
  stop: AbortSignal,
): Promise<readonly ServiceBusReceivedMessage[]> {
  const first = await receiveOne(receiver, waitMs, stop);
  if (first === undefined) return [];
  if (most === 1) return [first];
  const others = await receiver.receiveMessages(most - 1, { maxWaitTimeInMs: GATHER_MS });
  return [first, ...others];
}
