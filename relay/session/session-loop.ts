import type { ServiceBusClient } from '@azure/service-bus';
import { expressSession } from '../../shared/domain/index.ts';
import { TurnLostError } from '../handle/execute.ts';
import { takeNotes } from './express-slot.ts';
import type { FreeSlots } from './free-slots.ts';
import type { QueueWatch } from './queue-watch.ts';
import { drain, idleMs, nextSession } from './sessions.ts';
import type { Desk } from './turn.ts';

/**
 * One slot: takes the next session that has messages, handles them one after the other, gives it
 * back. All that concerns one object is in one session, so order is kept whatever the number of
 * slots and relays. While AD is away no session is taken.
 */
export async function runSlot(
  desk: Desk,
  client: ServiceBusClient,
  watch: QueueWatch,
  free: FreeSlots,
): Promise<void> {
  const { availability, signal } = desk.services;
  while (!signal.aborted) {
    await availability.whenUp();
    const session = await free.whileWaiting(nextSession(client, watch, signal));
    if (!session) continue;
    try {
      if (session.sessionId === expressSession) await takeNotes(desk, client, watch, session, idleMs);
      else await drain(desk, session, free.any);
    } catch (error) {
      if (!(error instanceof TurnLostError)) await watch.failed(error);
    } finally {
      await session.close().catch(() => undefined);
    }
  }
}
