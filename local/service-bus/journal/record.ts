import { z } from 'zod';
import type { StoredMessage } from '../queue/message.ts';

/** One fact about the queues; the latest on a message, a session or an id is the one that counts. */
export type JournalRecord =
  | { readonly kind: 'message'; readonly queue: string; readonly message: StoredMessage }
  | { readonly kind: 'removed'; readonly queue: string; readonly sequence: number }
  | { readonly kind: 'session'; readonly queue: string; readonly session: string; readonly state?: Buffer }
  | { readonly kind: 'seen'; readonly queue: string; readonly messageId: string; readonly until: number }
  | { readonly kind: 'sequence'; readonly queue: string; readonly sequence: number };

const messageHead = z.object({
  messageId: z.string(),
  sessionId: z.string().optional(),
  partitionKey: z.string().optional(),
  timeToLive: z.number().optional(),
  scheduledFor: z.number().optional(),
  sequence: z.int(),
  enqueuedSequence: z.int(),
  enqueuedAt: z.number(),
  expiresAt: z.number().optional(),
  state: z.enum(['active', 'deferred', 'scheduled']),
  deliveryCount: z.int(),
  deadLetterSource: z.string().optional(),
});

const head = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), queue: z.string(), message: messageHead }),
  z.object({ kind: z.literal('removed'), queue: z.string(), sequence: z.int() }),
  z.object({ kind: z.literal('session'), queue: z.string(), session: z.string(), hasState: z.boolean() }),
  z.object({ kind: z.literal('seen'), queue: z.string(), messageId: z.string(), until: z.number() }),
  z.object({ kind: z.literal('sequence'), queue: z.string(), sequence: z.int() }),
]);

const lengthSize = 4;

/** A record on disk: length of the rest, length of the JSON head, the head, the bytes of the body. */
export function encodeRecord(record: JournalRecord): Buffer {
  const { json, body } = parts(record);
  const headBytes = Buffer.from(JSON.stringify(json));
  const lengths = Buffer.alloc(2 * lengthSize);
  lengths.writeUInt32LE(lengthSize + headBytes.length + body.length, 0);
  lengths.writeUInt32LE(headBytes.length, lengthSize);
  return Buffer.concat([lengths, headBytes, body]);
}

/** The records of a journal; a last one that was cut off in the middle of writing is left out. */
export function* decodeRecords(bytes: Buffer): Generator<JournalRecord> {
  let start = 0;
  while (start + lengthSize <= bytes.length) {
    const end = start + lengthSize + bytes.readUInt32LE(start);
    if (end > bytes.length) return;
    const headStart = start + 2 * lengthSize;
    const bodyStart = headStart + bytes.readUInt32LE(start + lengthSize);
    yield whole(bytes.toString('utf8', headStart, bodyStart), Buffer.from(bytes.subarray(bodyStart, end)));
    start = end;
  }
}

function parts(record: JournalRecord): { readonly json: unknown; readonly body: Buffer } {
  if (record.kind === 'message') {
    const { bare, ...message } = record.message;
    return { json: { ...record, message }, body: bare };
  }
  if (record.kind === 'session') {
    const { state, ...rest } = record;
    return { json: { ...rest, hasState: state !== undefined }, body: state ?? Buffer.alloc(0) };
  }
  return { json: record, body: Buffer.alloc(0) };
}

function whole(json: string, body: Buffer): JournalRecord {
  const read = head.parse(JSON.parse(json));
  if (read.kind === 'message') return { ...read, message: { ...read.message, bare: body } };
  if (read.kind !== 'session') return read;
  const { kind, queue, session, hasState } = read;
  return { kind, queue, session, ...(hasState && { state: body }) };
}
