import type { ServiceBusClient, ServiceBusSessionReceiver } from '@azure/service-bus';
import { isServiceBusError } from '@azure/service-bus';
import { TurnLostError } from './execute.ts';
import type { QueueWatch } from './queue-watch.ts';
import { type Desk, handleMessage } from './turn.ts';

/** A session that has nothing for so long is given back, so that slots never wait for nothing. */
const idleMs = 250;
/** An object that never rests gives its slot to others after so many messages. */
const mostMessages = 50;
/** Renewed for as long as a plan or an outage may take. */
const renewForMs = 24 * 3_600_000;

/**
 * One slot: takes the next session that has messages, handles them one after the other, gives it
 * back. All that concerns one object is in one session, so order is kept whatever the number of
 * slots and relays. While AD is away no session is taken.
 */
export async function runSlot(desk: Desk, client: ServiceBusClient, watch: QueueWatch): Promise<void> {
  const { availability, signal } = desk.services;
  while (!signal.aborted) {
    await availability.whenUp();
    const session = await nextSession(client, watch, signal);
    if (!session) continue;
    try {
      await drain(desk, session);
    } catch (error) {
      if (!(error instanceof TurnLostError)) await watch.failed(error);
    } finally {
      await session.close().catch(() => undefined);
    }
  }
}

async function nextSession(
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

/** What a promise brings, or undefined as soon as the relay stops. */
function orStopped<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** The service answers so when no session has messages. */
const nothingThere = (error: unknown): boolean =>
  isServiceBusError(error) && (error.code === 'ServiceTimeout' || error.code === 'SessionCannotBeLocked');

async function drain(desk: Desk, session: ServiceBusSessionReceiver): Promise<void> {
  for (let handled = 0; handled < mostMessages && !desk.services.signal.aborted; handled += 1) {
    const [message] = await session.receiveMessages(1, { maxWaitTimeInMs: idleMs });
    if (!message) return;
    await handleMessage(desk, session, message);
  }
}
