import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { Invocation, TypedData } from '../core/protocol.ts';
import { traceContext } from '../trace.ts';
import { batchMetadata, singleMetadata } from './metadata.ts';

type MessageInvocation = Omit<Invocation, 'invocationId'>;

/** The invocation for one message: its body, its metadata and the trace that its sender wrote into `Diagnostic-Id`. */
export function singleInvocation(message: ServiceBusReceivedMessage, binary: boolean): MessageInvocation {
  const sent = message.applicationProperties ?? {};
  return {
    input: binary ? { bytes: bytes(message.body) } : { string: text(message.body) },
    triggerMetadata: singleMetadata(message),
    traceContext: traceContext(sent['Diagnostic-Id'] ?? sent.traceparent, sent.tracestate),
  };
}

/** The invocation for a batch. It belongs to no single trace. */
export function batchInvocation(
  messages: readonly ServiceBusReceivedMessage[],
  binary: boolean,
): MessageInvocation {
  return { input: batchInput(messages, binary), triggerMetadata: batchMetadata(messages) };
}

function batchInput(messages: readonly ServiceBusReceivedMessage[], binary: boolean): TypedData {
  if (binary) return { collectionBytes: { bytes: messages.map(({ body }) => bytes(body)) } };
  return { collectionString: { string: messages.map(({ body }) => text(body)) } };
}

function text(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : JSON.stringify(body);
}

function bytes(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : Buffer.from(text(body));
}
