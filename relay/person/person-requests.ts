import type { ServiceBusClient } from '@azure/service-bus';
import type { ObjectRef, Outcome } from '../../shared/domain/index.ts';
import { DirectoryError } from '../directory/errors/directory-error.ts';
import type { RelayState } from '../guard/state-directory.ts';
import type { Turn } from '../handle/handle.ts';
import { handleHold } from '../handle/handle-hold.ts';
import { inTurn } from '../session/in-turn.ts';
import type { Desk } from '../session/turn.ts';
import { claimObject } from './claim.ts';
import { answerRequest, type LocalRequest, type RequestFile, waitingRequests } from './local-requests.ts';
import { undoPlan } from './undo.ts';

/**
 * Does what people on this machine have asked for: decisions about held plans, undoing, claims. Each in
 * the session of its object, so that nothing else happens to the object meanwhile. A request whose
 * object is being worked on is looked at again later. One that cannot be done never keeps the others
 * waiting: it is answered where AD refuses it, and otherwise left, and the first such error thrown at last.
 */
export async function doRequests(
  desk: Desk,
  client: ServiceBusClient,
  state: RelayState,
  stateDirectory: string,
): Promise<void> {
  const errors: unknown[] = [];
  for (const file of await waitingRequests(stateDirectory)) {
    try {
      await doRequest(desk, client, state, stateDirectory, file);
    } catch (error) {
      if (error instanceof DirectoryError && error.retry === 'never') {
        const { code, message } = error;
        await answerRequest(stateDirectory, file, { result: 'failed', code, message });
      } else errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

async function doRequest(
  desk: Desk,
  client: ServiceBusClient,
  state: RelayState,
  stateDirectory: string,
  file: RequestFile,
): Promise<void> {
  const { request, path } = file;
  const object = request && (await objectOf(request, state));
  if (!request || !object) {
    desk.log('request.unknown', { path }, 'warn');
    const message = request ? 'The relay has no record of this plan.' : 'This is no request.';
    return answerRequest(stateDirectory, file, { result: 'unknown', message });
  }
  let outcome: Outcome | undefined;
  const done = await inTurn(desk, client, object, async (turn) => {
    outcome = await outcomeOf(desk, state, request, turn);
    return outcome;
  });
  if (done === 'notOurTurn') return;
  const { result = 'unknown', failure } = outcome ?? {};
  await answerRequest(stateDirectory, file, {
    result,
    ...(failure && { code: failure.code, message: failure.message }),
  });
}

async function objectOf(request: LocalRequest, state: RelayState): Promise<ObjectRef | undefined> {
  switch (request.request) {
    case 'verdict':
      return request.command.object;
    case 'claim':
      return request.claim.object;
    case 'undo':
      return (await state.applied.find(request.planId))?.object;
  }
}

async function outcomeOf(
  { services, log }: Desk,
  state: RelayState,
  request: LocalRequest,
  turn: Turn,
): Promise<Outcome | undefined> {
  switch (request.request) {
    case 'verdict':
      return handleHold(services, request.command, 'relay', turn, log);
    case 'claim':
      log('claim.asked', { ...request.claim.object, dn: request.claim.dn });
      return claimObject(services, request.claim, turn);
    case 'undo': {
      const applied = await state.applied.find(request.planId);
      return applied && undoPlan(services, applied, request, turn);
    }
  }
}
