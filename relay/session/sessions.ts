import type { ServiceBusClient, ServiceBusSessionReceiver } from '@azure/service-bus';
import { isServiceBusError } from '@azure/service-bus';
import type { QueueWatch } from './queue-watch.ts';
import { type Desk, handleMessage } from './turn.ts';

/** A session that has nothing for so long is given back, so that slots never wait for nothing. */
export const idleMs = 250;
/** The same while no slot is free: whoever waits for one has messages. */
const busyIdleMs = 5;
/** An object that never rests gives its slot to others after so many messages. */
const mostMessages = 50;
/** Renewed for as long as a plan or an outage may take. */
const renewForMs = 24 * 3_600_000;

/** The next session that has messages; undefined where there is none, or the relay stops. */
export async function nextSession(
  client: ServiceBusClient,
  watch: QueueWatch,
  signal: AbortSignal,
): Promise<ServiceBusSessionReceiver | undefined> {
  if (signal.aborted) return undefined;
  const accepting = client.acceptNextSession('intents', { maxAutoLockRenewalDurationInMs: renewForMs });
  try {
    const session = await orStopped(accepting, signal);
    if (session) watch.works();
    // The client does not take a request back; a session that comes too late is returned at once.
    else accepting.then((late) => late.close()).catch(() => undefined);
    return session;
  } catch (error) {
    if (nothingThere(error)) watch.works();
    else await watch.failed(error);
    return undefined;
  }
}

/** The session of that name, if nobody else has it. It may have no messages. */
export async function acceptNamed(
  client: ServiceBusClient,
  name: string,
  watch: QueueWatch,
): Promise<ServiceBusSessionReceiver | undefined> {
  try {
    const session = await client.acceptSession('intents', name, {
      maxAutoLockRenewalDurationInMs: renewForMs,
    });
    watch.works();
    return session;
  } catch (error) {
    if (nothingThere(error)) watch.works();
    else await watch.failed(error);
    return undefined;
  }
}

/** What a promise brings, or undefined as soon as the relay stops. */
export function orStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The service answers so when no session has messages. */
const nothingThere = (error: unknown): boolean =>
  isServiceBusError(error) && (error.code === 'ServiceTimeout' || error.code === 'SessionCannotBeLocked');

/**
 * Handles the messages of a session until it has been empty for a moment, or others should have the slot. A session that
 * was given to us has a message; what follows soon saves taking the session again, which is several round trips.
 */
export async function drain(
  desk: Desk,
  session: ServiceBusSessionReceiver,
  isSlotFree: () => boolean,
): Promise<void> {
  for (let handled = 0; handled < mostMessages && !desk.services.signal.aborted; handled += 1) {
    const maxWaitTimeInMs = handled === 0 || isSlotFree() ? idleMs : busyIdleMs;
    const [message] = await session.receiveMessages(1, { maxWaitTimeInMs });
    if (!message) return;
    await handleMessage(desk, session, message);
  }
}
