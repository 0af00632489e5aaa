import type { ServiceBusReceivedMessage } from '@azure/service-bus';
import type { TypedData } from '../core/protocol.ts';

/**
 * Trigger metadata of the Service Bus extension 5.x: names and types of `ServiceBusTriggerBindingStrategy.cs` in
 * Azure/azure-sdk-for-net. Left out are the .NET objects (`MessageActions`, `Client`, …), which mean nothing in Node.
 */
export function singleMetadata(message: ServiceBusReceivedMessage): Readonly<Record<string, TypedData>> {
  return Object.fromEntries(Object.entries(properties(message)).map(([name, value]) => [name, typed(value)]));
}

/** The same for a batch: every property as an array called `…Array`, in the order of the messages. */
export function batchMetadata(
  messages: readonly ServiceBusReceivedMessage[],
): Readonly<Record<string, TypedData>> {
  const rows = messages.map(properties);
  const names = Object.keys(rows[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [`${name}Array`, { json: JSON.stringify(rows.map((row) => row[name] ?? null)) }]),
  );
}

function properties(message: ServiceBusReceivedMessage): Readonly<Record<string, unknown>> {
  const { subject, applicationProperties = {}, partitionKey } = message;
  return {
    // .NET counts the delivery in hand; AMQP and the JavaScript client do not.
    DeliveryCount: (message.deliveryCount ?? 0) + 1,
    DeadLetterSource: message.deadLetterSource,
    LockToken: message.lockToken,
    ExpiresAtUtc: unspecifiedTime(message.expiresAtUtc),
    ExpiresAt: offsetTime(message.expiresAtUtc),
    EnqueuedTimeUtc: unspecifiedTime(message.enqueuedTimeUtc),
    EnqueuedTime: offsetTime(message.enqueuedTimeUtc),
    MessageId: message.messageId?.toString(),
    ContentType: message.contentType,
    ReplyTo: message.replyTo,
    SequenceNumber: message.sequenceNumber?.toNumber(),
    To: message.to,
    Subject: subject,
    Label: subject,
    CorrelationId: message.correlationId?.toString(),
    ApplicationProperties: applicationProperties,
    UserProperties: applicationProperties,
    SessionId: message.sessionId,
    ReplyToSessionId: message.replyToSessionId,
    PartitionKey: partitionKey,
    TransactionPartitionKey: partitionKey,
  };
}

/** A .NET DateTime without a kind: no `Z`. `new Date()` takes it for local time, in Azure too. */
function unspecifiedTime(time: Date | undefined): string | undefined {
  return dotnetTime(time)?.replace('Z', '');
}

function offsetTime(time: Date | undefined): string | undefined {
  return dotnetTime(time)?.replace('Z', '+00:00');
}

/** A message that never expires is beyond the last day of .NET. */
function dotnetTime(time: Date | undefined): string | undefined {
  if (time === undefined) return undefined;
  return time.getUTCFullYear() > 9999 ? '9999-12-31T23:59:59.999Z' : time.toISOString();
}

// The host sends times and numbers as JSON but text as text, which the library then tries to parse: message id "12" arrives as 12.
function typed(value: unknown): TypedData {
  if (value === undefined || value === null) return {};
  return typeof value === 'string' ? { string: value } : { json: JSON.stringify(value) };
}
