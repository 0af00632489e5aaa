import { writeMessage } from '../amqp/delivered.ts';
import { uuidBytes } from '../amqp/identifiers.ts';
import { readMessage } from '../amqp/received.ts';
import { rhea } from '../amqp/rhea.ts';
import { messageTooLarge } from '../bus-error.ts';
import { peekMessages } from '../queue/browse.ts';
import { cancelScheduled, takeDeferred } from '../queue/by-sequence.ts';
import { enqueue } from '../queue/enqueue.ts';
import { lockedUntil } from '../queue/locks.ts';
import type { StoredMessage } from '../queue/message.ts';
import type { Queue } from '../queue/queue.ts';
import { renewLock, type Settlement, settle } from '../queue/settlement.ts';
import { field, type ManagementAnswer, type ManagementRequest, read } from './request.ts';

const { types } = rhea;

/** AMQP type code of a long in an array. */
const longCode = 0x81;
/** Value of `receiver-settle-mode` for messages that are deleted when received. */
const deleteOnReceive = 0;
/** The lock token of a message that is not locked. */
const noLockToken = '00000000-0000-0000-0000-000000000000';

export function renewLocks(request: ManagementRequest): ManagementAnswer {
  const { 'lock-tokens': tokens } = read(field.lockTokens, request);
  return { expirations: tokens.map((token) => new Date(renewLock(request.queue, token))) };
}

export function peek(request: ManagementRequest): ManagementAnswer {
  const { 'from-sequence-number': from, 'message-count': count } = read(field.peek, request);
  const { 'session-id': sessionId } = read(field.maybeSession, request);
  const found = peekMessages(request.queue, from, count, sessionId);
  if (found.length === 0) return undefined;
  return { messages: found.map((message) => ({ message: written(request.queue, message) })) };
}

export function receiveDeferred(request: ManagementRequest): ManagementAnswer {
  const { 'sequence-numbers': sequences } = read(field.sequences, request);
  const { 'session-id': sessionId } = read(field.maybeSession, request);
  const { 'receiver-settle-mode': mode } = read(field.settleMode, request);
  const taken = takeDeferred(request.queue, sequences, sessionId, mode === deleteOnReceive);
  return {
    messages: taken.map(({ message, lock }) => ({
      'lock-token': types.wrap_uuid(uuidBytes(lock?.token ?? noLockToken)),
      message: written(request.queue, message),
    })),
  };
}

export function updateDisposition(request: ManagementRequest): ManagementAnswer {
  const { 'lock-tokens': tokens } = read(field.lockTokens, request);
  const settlement = requestedSettlement(request);
  for (const token of tokens) settle(request.queue, token, settlement);
  return undefined;
}

export function schedule(request: ManagementRequest): ManagementAnswer {
  const { maxMessageSize } = request.queue.settings;
  const arriving = read(field.schedule, request).messages.map(({ message }) => {
    if (message.length > maxMessageSize) throw messageTooLarge(message.length, maxMessageSize);
    return readMessage(message);
  });
  return { 'sequence-numbers': types.wrap_array([...enqueue(request.queue, arriving)], longCode) };
}

export function cancel(request: ManagementRequest): ManagementAnswer {
  cancelScheduled(request.queue, read(field.sequences, request)['sequence-numbers']);
  return undefined;
}

function requestedSettlement(request: ManagementRequest): Settlement {
  const asked = read(field.disposition, request);
  const properties = asked['properties-to-modify'] ?? {};
  switch (asked['disposition-status']) {
    case 'completed':
      return { kind: 'complete' };
    case 'abandoned':
      return { kind: 'abandon', properties };
    case 'defered':
      return { kind: 'defer', properties };
    case 'suspended': {
      const reason = asked['deadletter-reason'];
      const description = asked['deadletter-description'];
      return {
        kind: 'deadLetter',
        properties: { ...properties, DeadLetterReason: reason, DeadLetterErrorDescription: description },
      };
    }
  }
}

function written(queue: Queue, message: StoredMessage): Buffer {
  const lock = queue.locks.of(message.sequence);
  return writeMessage(message, lock === undefined ? undefined : lockedUntil(lock));
}
