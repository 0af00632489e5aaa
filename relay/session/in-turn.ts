import { isServiceBusError, type ServiceBusClient } from '@azure/service-bus';
import { type ObjectRef, type Outcome, sessionOf } from '../../shared/domain/index.ts';
import type { Turn } from '../handle/handle.ts';
import { type Desk, report, turnOf } from './turn.ts';

/**
 * Does something about an object in its session, so that nobody else is at work on it, and tells the
 * outcome. `notOurTurn`: another has the session.
 */
export async function inTurn(
  desk: Desk,
  client: ServiceBusClient,
  object: ObjectRef,
  work: (turn: Turn) => Promise<Outcome | undefined>,
): Promise<'done' | 'notOurTurn'> {
  const { now, signal } = desk.services;
  try {
    const session = await client.acceptSession('intents', sessionOf(object), { abortSignal: signal });
    try {
      const turn = turnOf(session, now);
      const outcome = await work(turn);
      if (outcome) await report(desk, outcome, turn, undefined);
      return 'done';
    } finally {
      await session.close().catch(() => undefined);
    }
  } catch (error) {
    if (isServiceBusError(error) && error.code === 'SessionCannotBeLocked') return 'notOurTurn';
    throw error;
  }
}
