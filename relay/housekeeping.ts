import { isServiceBusError, type ServiceBusClient } from '@azure/service-bus';
import { type ObjectRef, type Outcome, sessionOf } from '../shared/domain/index.ts';
import type { RelayState } from './guard/state-directory.ts';
import { dayMs } from './guard/windows.ts';
import type { Turn } from './handle.ts';
import { answer, handleHold } from './handle-hold.ts';
import { forgetRequest, type LocalRequest, type RequestFile, waitingRequests } from './local-requests.ts';
import { pause } from './pause.ts';
import type { RelaySettings } from './settings.ts';
import { type Desk, report, turnOf } from './turn.ts';
import { undoPlan } from './undo.ts';

const lookEveryMs = 2_000;

/** What must happen without a message: requests of people on this machine, holds and records that grow old. */
export async function keepHouse(
  desk: Desk,
  client: ServiceBusClient,
  settings: RelaySettings,
  state: RelayState,
): Promise<void> {
  const { services, log } = desk;
  let forgotten = '';
  while (!services.signal.aborted) {
    try {
      for (const file of await waitingRequests(settings.stateDirectory))
        await doRequest(desk, client, state, file);
      await endOldHolds(desk, client, state);
      const today = services.now().toISOString().slice(0, 10);
      if (today !== forgotten)
        await state.applied.forget(new Date(services.now().getTime() - settings.keepAppliedDays * dayMs));
      forgotten = today;
    } catch (error) {
      log(
        'relay.housekeepingFailed',
        { message: error instanceof Error ? error.message : String(error) },
        'warn',
      );
    }
    await pause(lookEveryMs, services.signal);
  }
}

async function doRequest(
  desk: Desk,
  client: ServiceBusClient,
  state: RelayState,
  file: RequestFile,
): Promise<void> {
  const { request, path } = file;
  const object = request && (await objectOf(request, state));
  if (!request || !object) {
    desk.log('request.unknown', { path }, 'warn');
    await forgetRequest(file);
    return;
  }
  const outcome = await inTurn(desk, client, object, (turn) => answerRequest(desk, state, request, turn));
  if (outcome !== 'notOurTurn') await forgetRequest(file);
}

async function objectOf(request: LocalRequest, state: RelayState): Promise<ObjectRef | undefined> {
  if (request.request === 'verdict') return request.command.object;
  return (await state.applied.find(request.planId))?.object;
}

async function answerRequest(
  { services, log }: Desk,
  state: RelayState,
  request: LocalRequest,
  turn: Turn,
): Promise<Outcome | undefined> {
  if (request.request === 'verdict') return handleHold(services, request.command, 'relay', turn, log);
  const applied = await state.applied.find(request.planId);
  return applied && undoPlan(services, applied, { person: request.person, reason: request.reason }, turn);
}

/** A hold that nobody decided about ends visibly: the cloud is told and evaluates the object anew. */
async function endOldHolds(desk: Desk, client: ServiceBusClient, state: RelayState): Promise<void> {
  for (const { holdId, object, intent } of await state.holds.expire(desk.services.now())) {
    desk.log('hold.expired', { holdId, kind: object.kind, id: object.id }, 'warn');
    const message = `Nobody decided about the held plan ${holdId} in time; the object is evaluated again.`;
    const failure = { code: 'HOLD_EXPIRED', message, needs: 'retry' as const };
    await inTurn(desk, client, object, async () => answer(desk.services, intent, failure));
  }
}

/** Does something about an object in its session, so that nobody else is at work on it. */
async function inTurn(
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
