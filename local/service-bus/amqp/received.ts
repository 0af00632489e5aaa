import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { badRequest, messageTooLarge } from '../bus-error.ts';
import type { ArrivingMessage } from '../queue/message.ts';
import { rhea } from './rhea.ts';
import { bareMessage, withMessageId } from './sections.ts';
import { integer, optional } from './value.ts';

/** Format of a transfer whose payload holds one whole message in each data section (Azure's batch). */
export const batchFormat = 0x80013700;

/** What the broker itself reads of a message; all else is between sender and receiver. */
const readFields = z.object({
  ttl: optional(integer),
  message_id: optional(
    z.union([z.string(), z.number(), z.instanceof(Buffer).transform((id) => id.toString('hex'))]),
  ),
  group_id: optional(z.string()),
  message_annotations: optional(
    z.object({
      'x-opt-scheduled-enqueue-time': optional(z.union([z.date(), integer.transform((at) => new Date(at))])),
      'x-opt-partition-key': optional(z.string()),
    }),
  ),
});

const batchBody = z.object({
  body: z.object({ content: z.union([z.instanceof(Buffer), z.array(z.instanceof(Buffer))]) }),
});

/**
 * Reads the messages of one transfer.
 *
 * @param limit largest transfer in bytes
 * @throws BusError when it is larger, or when it is not a message
 */
export function readTransfer(payload: Buffer, format: number | undefined, limit: number): ArrivingMessage[] {
  if (payload.length > limit) throw messageTooLarge(payload.length, limit);
  if (format !== batchFormat) return [readMessage(payload)];
  const batch = batchBody.safeParse(decode(payload));
  if (!batch.success) throw badRequest('The batch does not consist of data sections.');
  return [batch.data.body.content].flat().map(readMessage);
}

/** Reads one encoded message; one without an identifier gets one, as in Azure. */
export function readMessage(encoded: Buffer): ArrivingMessage {
  const fields = readFields.safeParse(decode(encoded));
  if (!fields.success) throw badRequest(`The message is malformed: ${z.prettifyError(fields.error)}`);
  const { ttl, message_id, group_id, message_annotations } = fields.data;
  const bare = bareMessage(encoded);
  const messageId = message_id === undefined ? randomUUID().replaceAll('-', '') : String(message_id);
  return {
    bare: message_id === undefined ? withMessageId(bare, messageId) : bare,
    messageId,
    sessionId: group_id,
    partitionKey: message_annotations?.['x-opt-partition-key'],
    timeToLive: ttl,
    scheduledFor: message_annotations?.['x-opt-scheduled-enqueue-time']?.getTime(),
  };
}

function decode(encoded: Buffer): unknown {
  try {
    return rhea.message.decode(encoded);
  } catch (error) {
    throw badRequest(`The message cannot be decoded: ${String(error)}`);
  }
}
