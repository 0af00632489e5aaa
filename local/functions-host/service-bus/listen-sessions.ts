import { once } from 'node:events';
import { isServiceBusError, type ServiceBusSessionReceiver } from '@azure/service-bus';
import type { Listener, ListenerContext } from './listener.ts';
import { receiveBatch, receiveOne } from './receive.ts';

/** How many places wait for a session before there is anything to do: opening one costs several round trips. */
const firstPlaces = 4;

/**
 * Sessions, at most `maxConcurrentSessions` at a time (batches: one at a time), each message after the other. A session is held
 * until it has been quiet for `sessionIdleTimeout`, then its place goes to the next one that has messages. Each place that gets a
 * session opens another, so that a busy queue soon has all of them and a quiet one few.
 */
export function listenSessions(context: ListenerContext): Listener {
  const most = context.trigger.many ? 1 : context.settings.maxConcurrentSessions;
  const places: Promise<void>[] = [];
  const open = (): void => {
    if (places.length < most && !context.stop.aborted) places.push(serveSessions(context, open));
  };
  for (let count = Math.min(firstPlaces, most); count > 0; count -= 1) open();
  return { done: allOf(places) };
}

/** Waits for every place, those that are opened meanwhile included. */
async function allOf(places: readonly Promise<void>[]): Promise<void> {
  for (let ended = 0; ended < places.length; ended += 1) await places[ended];
}

async function serveSessions(context: ListenerContext, onSession: () => void): Promise<void> {
  const { failures, stop } = context;
  let isNew = true;
  while (!stop.aborted) {
    let session: ServiceBusSessionReceiver | undefined;
    try {
      session = await acceptNext(context);
      if (session === undefined) continue;
      if (isNew) onSession();
      isNew = false;
      failures.succeeded();
      await serve(context, session);
    } catch (error) {
      if (!stop.aborted) await failures.failed(error, stop);
    } finally {
      await session?.close().catch(failures.report);
    }
  }
}

/** The next free session with messages; none when there was none for the client's time-out (60 s), and none after `stop`. */
async function acceptNext(context: ListenerContext): Promise<ServiceBusSessionReceiver | undefined> {
  const { stop } = context;
  const accepting = accept(context);
  const stopped = new AbortController();
  const session = await Promise.race([
    accepting,
    once(stop, 'abort', { signal: stopped.signal }).then(
      () => undefined,
      () => undefined,
    ),
  ]).finally(() => stopped.abort());
  // The client cannot abort an accept that waits at the broker (it passes no abort signal on). It ends with the connection;
  // should it still bring a session, that one is given back at once.
  if (stop.aborted && session === undefined) accepting.then((late) => late?.close()).catch(() => undefined);
  return session;
}

async function accept({
  client,
  trigger,
  settings,
}: ListenerContext): Promise<ServiceBusSessionReceiver | undefined> {
  const options = {
    skipParsingBodyAsJson: true,
    maxAutoLockRenewalDurationInMs: settings.maxAutoLockRenewalDuration,
  };
  const { entity } = trigger;
  try {
    return entity.kind === 'queue'
      ? await client.acceptNextSession(entity.queue, options)
      : await client.acceptNextSession(entity.topic, entity.subscription, options);
  } catch (error) {
    if (isServiceBusError(error) && error.code === 'ServiceTimeout') return undefined;
    throw error;
  }
}

async function serve(
  { trigger, settings, process, stop }: ListenerContext,
  session: ServiceBusSessionReceiver,
): Promise<void> {
  // The client renews a session's lock for this long after accepting it, not after each message: a session that never falls
  // quiet is given up half-way, so that every handler starts with at least half of the renewal time left.
  const renewal = settings.maxAutoLockRenewalDuration;
  const giveUpAt = renewal === 0 ? Number.POSITIVE_INFINITY : Date.now() + renewal / 2;

  while (!stop.aborted && Date.now() < giveUpAt) {
    if (trigger.many) {
      const messages = await receiveBatch(
        session,
        settings.maxMessageBatchSize,
        settings.sessionIdleTimeout,
        stop,
      );
      if (messages.length === 0) return;
      await process(session, messages);
    } else {
      const message = await receiveOne(session, settings.sessionIdleTimeout, stop);
      if (message === undefined) return;
      await process(session, [message]);
    }
  }
}
