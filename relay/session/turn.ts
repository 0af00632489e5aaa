import type { ServiceBusReceivedMessage, ServiceBusSessionReceiver } from '@azure/service-bus';
import type { Bus } from '../../shared/bus/index.ts';
import { type HoldCommand, type Intent, momentOf, type Outcome } from '../../shared/domain/index.ts';
import { inSpan, pastSpan } from '../../shared/telemetry/spans.ts';
import type { PolicyMemory } from '../guard/policy-memory.ts';
import { handleCompare } from '../handle/compare.ts';
import { TurnLostError } from '../handle/execute.ts';
import { handleIntent, type Services, type Turn } from '../handle/handle.ts';
import { answer, handleHold } from '../handle/handle-hold.ts';
import { logOutcome } from '../handle/log-outcome.ts';
import { appliedBefore } from '../handle/outcome.ts';
import { fitting } from '../handle/outcome-size.ts';
import type { Status } from '../health/status.ts';
import type { Log } from '../log.ts';
import { growingDelayMs, pause } from '../pause.ts';
import { type Read, readMessage, textOfMessage } from './read-message.ts';
import { memoryOf } from './session-memory.ts';

/** What handling a message needs besides what an intent needs. */
export type Desk = {
  readonly services: Services;
  readonly bus: Bus;
  readonly log: Log;
  readonly status: Status;
  readonly policy: PolicyMemory;
};

const longestBody = 64 * 1024;

/**
 * Handles one message of a session to its end: its outcome is durably in `outcomes` before the
 * message is completed, so a crash repeats work and loses none. Throws a TurnLostError where the
 * message must stay in the queue.
 */
export async function handleMessage(
  desk: Desk,
  session: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
): Promise<void> {
  const read = readMessage(message.body);
  if (read.is === 'unreadable') {
    await setAside(desk, session, message, read.code, read.reason);
    return;
  }
  const attributes = { 'messaging.system': 'servicebus', 'messaging.destination.name': 'intents' };
  // Notes have a session of their own; one that strayed says nothing that is not in the queue anyway.
  if (read.is === 'express') return session.completeMessage(message);
  const { traceparent } = read;
  const { enqueuedTimeUtc } = message;
  if (enqueuedTimeUtc)
    pastSpan('queue.wait', { traceparent, attributes }, enqueuedTimeUtc, desk.services.now());
  await inSpan('relay', { traceparent, kind: 'consumer', attributes }, (within) =>
    handleRead(desk, session, message, read, within),
  );
}

async function handleRead(
  desk: Desk,
  session: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  read: Exclude<Read, { readonly is: 'unreadable' | 'express' }>,
  traceparent: string | undefined,
): Promise<void> {
  const turn = turnOf(session, desk.services.now, traceparent);
  if (read.is === 'compare') {
    await handleCompare(desk.services, read.request, turn, desk.bus.send, traceparent);
    return session.completeMessage(message);
  }
  if (read.is === 'intent') await notePolicy(desk, read.intent);
  const outcome =
    read.is === 'intent'
      ? await foreseen(desk, read.intent, () => outcomeOfIntent(desk, read.intent, turn, message))
      : await foreseen(desk, read.command, () =>
          handleHold(desk.services, read.command, 'cloud', turn, desk.log),
        );
  if (outcome) await report(desk, outcome, turn, traceparent);
  await session.completeMessage(message);
}

/** That it cannot be kept is no reason not to write. */
async function notePolicy({ policy, log }: Desk, intent: Intent): Promise<void> {
  await policy.note(intent).catch((error: unknown) => {
    log('policy.notKept', { message: error instanceof Error ? error.message : String(error) }, 'warn');
  });
}

/** The lock that the session gives. Renewed by the client, lost when renewing fails. */
export const turnOf = (session: ServiceBusSessionReceiver, now: () => Date, traceparent?: string): Turn => ({
  traceparent,
  memory: memoryOf(session),
  stillOurs: () => !session.isClosed && session.sessionLockedUntilUtc.getTime() > now().getTime(),
});

/** Sends an outcome until it is stored, for as long as the object is ours. */
export async function report(
  { services, bus, log, status }: Desk,
  outcome: Outcome,
  turn: Turn,
  traceparent: string | undefined,
): Promise<void> {
  logOutcome(log, outcome);
  status.note(outcome);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await bus.send('outcomes', [{ body: fitting(outcome) }], { traceparent });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      log('outcome.unsent', { id: outcome.object.id, message, attempt }, 'warn');
      if (!turn.stillOurs()) throw new TurnLostError('The outcome could not be sent in time.');
      await pause(growingDelayMs(attempt, services.random()), services.signal);
      if (services.signal.aborted) throw new TurnLostError('The relay stops.');
    }
  }
}

/**
 * What nobody foresaw is an outcome too: the cloud tries again with growing delay, and people see it.
 * A command that fails so is dropped; its plan stays held.
 */
async function foreseen(
  { services, log }: Desk,
  about: Intent | HoldCommand,
  work: () => Promise<Outcome | undefined>,
): Promise<Outcome | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TurnLostError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    log('intent.unexpected', { id: about.object.id, message }, 'error');
    if (about.type === 'hold') return undefined;
    return answer(services, about, { code: 'UNEXPECTED', message, needs: 'retry' });
  }
}

/**
 * A relay that is killed between writing and telling leaves the next delivery with nothing to do. Its
 * record knows what was written, so that the audit does not miss it.
 */
async function outcomeOfIntent(
  { services }: Desk,
  intent: Intent,
  turn: Turn,
  { deliveryCount }: ServiceBusReceivedMessage,
): Promise<Outcome> {
  const outcome = await handleIntent(services, intent, turn);
  if (outcome.result !== 'unchanged' || (deliveryCount ?? 0) === 0) return outcome;
  const plans = await services.applied.ofIntent(intent.intentId);
  return plans.length === 0
    ? outcome
    : appliedBefore(
        outcome,
        plans.map(({ plan }) => plan),
      );
}

/** A message that can never succeed is moved to `rejected` with its reason: there people look at it. */
async function setAside(
  { services, bus, log, status }: Desk,
  session: ServiceBusSessionReceiver,
  message: ServiceBusReceivedMessage,
  code: string,
  reason: string,
): Promise<void> {
  const { messageId, sessionId } = message;
  log('message.rejected', { code, reason, messageId: String(messageId ?? ''), sessionId }, 'error');
  status.noteRejected();
  const body = {
    queue: 'intents',
    code,
    reason,
    body: textOfMessage(message.body).slice(0, longestBody),
    ...(messageId !== undefined && { messageId: String(messageId) }),
    ...(sessionId !== undefined && { sessionId }),
    at: momentOf(services.now()),
  };
  await bus.send('rejected', [{ body }]);
  await session.completeMessage(message);
}
