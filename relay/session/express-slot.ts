import type { ServiceBusClient, ServiceBusSessionReceiver } from '@azure/service-bus';
import { expressSession, type ObjectRef, sessionOf } from '../../shared/domain/index.ts';
import { TurnLostError } from '../handle/execute.ts';
import { pause } from '../pause.ts';
import type { QueueWatch } from './queue-watch.ts';
import { readMessage } from './read-message.ts';
import { acceptNamed, drain, orStopped } from './sessions.ts';
import type { Desk } from './turn.ts';

/** How often the notes are asked for while another relay takes them. */
const retryMs = 5000;
/** How long one request waits for a note. */
const patienceMs = 10_000;
/** Objects of the fast lane that are worked on at the same time. */
const width = 4;
/** A session that is just being given back is asked for again so often, this far apart. */
const again = { times: 3, everyMs: 200 } as const;

/**
 * The slot of the fast lane: waits for notes alone, and takes the session that each one names, however
 * many sessions wait before it. One relay at a time does so; where several run, the others stand by.
 */
export async function runExpressSlot(desk: Desk, client: ServiceBusClient, watch: QueueWatch): Promise<void> {
  const { availability, signal } = desk.services;
  while (!signal.aborted) {
    await availability.whenUp();
    const notes = signal.aborted ? undefined : await acceptNamed(client, expressSession, watch);
    if (!notes) {
      await pause(retryMs, signal);
      continue;
    }
    try {
      while (!signal.aborted) {
        await availability.whenUp();
        await takeNotes(desk, client, watch, notes, patienceMs);
      }
    } catch (error) {
      if (!signal.aborted) await watch.failed(error);
    } finally {
      await notes.close().catch(() => undefined);
    }
  }
}

/** Answers notes until none has come for so long. */
export async function takeNotes(
  desk: Desk,
  client: ServiceBusClient,
  watch: QueueWatch,
  notes: ServiceBusSessionReceiver,
  maxWaitTimeInMs: number,
): Promise<void> {
  const { signal } = desk.services;
  const working = new Set<Promise<void>>();
  while (!signal.aborted) {
    const received = await orStopped(notes.receiveMessages(1, { maxWaitTimeInMs }), signal);
    const [note] = received ?? [];
    if (!note) break;
    const read = readMessage(note.body);
    // What it calls for stays in the queue: if this relay dies now, it comes in its turn.
    await notes.completeMessage(note);
    if (read.is !== 'express') continue;
    const work = takeSession(desk, client, watch, read.object).finally(() => working.delete(work));
    working.add(work);
    if (working.size >= width) await Promise.race(working);
  }
  await Promise.all(working);
}

/** Handles what waits for one object. Somebody who has the session already handles it as well. */
async function takeSession(
  desk: Desk,
  client: ServiceBusClient,
  watch: QueueWatch,
  object: ObjectRef,
): Promise<void> {
  const { signal } = desk.services;
  for (let tries = 0; tries < again.times && !signal.aborted; tries += 1) {
    const session = await acceptNamed(client, sessionOf(object), watch);
    if (!session) {
      await pause(again.everyMs, signal);
      continue;
    }
    try {
      return await drain(desk, session, () => true);
    } catch (error) {
      if (!(error instanceof TurnLostError)) await watch.failed(error);
      return;
    } finally {
      await session.close().catch(() => undefined);
    }
  }
}
