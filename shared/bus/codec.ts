import { z } from 'zod';
import { type BodyOf, messages, messageVersion, type QueueName } from './messages.ts';

const Envelope = z.strictObject({
  version: z.int(),
  /** W3C trace context, so that one trace runs from the notification to the LDAP write. */
  traceparent: z.string().optional(),
  body: z.unknown(),
});

/** A message as it travels: the versioned envelope around a body. */
export type Decoded<Q extends QueueName> =
  | { readonly ok: true; readonly body: BodyOf<Q>; readonly traceparent: string | undefined }
  | { readonly ok: false; readonly code: 'NOT_JSON' | 'VERSION_UNKNOWN' | 'SCHEMA'; readonly reason: string };

/** The text of a message for a queue. */
export function encode<Q extends QueueName>(_queue: Q, body: BodyOf<Q>, traceparent?: string): string {
  return JSON.stringify({ version: messageVersion, ...(traceparent && { traceparent }), body });
}

/**
 * Reads a message. Accepts text, bytes, or what a client has parsed already. Never throws: what
 * cannot be read is refused with a code and a sentence that names the field, the value's type and
 * what is allowed.
 */
export function decode<Q extends QueueName>(queue: Q, raw: unknown): Decoded<Q> {
  const parsed = parseJson(raw);
  if (parsed === undefined)
    return { ok: false, code: 'NOT_JSON', reason: `The message on ${queue} is not JSON.` };
  const envelope = Envelope.safeParse(parsed);
  if (!envelope.success) return refuse(queue, envelope.error);
  if (envelope.data.version !== messageVersion) {
    return {
      ok: false,
      code: 'VERSION_UNKNOWN',
      reason: `The message on ${queue} has version ${envelope.data.version}; this program reads version ${messageVersion}. Update the older side.`,
    };
  }
  const body = messages[queue].schema.safeParse(envelope.data.body);
  if (!body.success) return refuse(queue, body.error);
  return { ok: true, body: body.data as BodyOf<Q>, traceparent: envelope.data.traceparent };
}

function refuse(queue: string, error: z.ZodError): { ok: false; code: 'SCHEMA'; reason: string } {
  const issues = error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'message'}: ${issue.message}`);
  return { ok: false, code: 'SCHEMA', reason: `The message on ${queue} is not valid. ${issues.join('; ')}` };
}

function parseJson(raw: unknown): unknown {
  if (typeof raw === 'object' && raw !== null && !(raw instanceof Uint8Array)) return raw;
  const text = raw instanceof Uint8Array ? new TextDecoder().decode(raw) : raw;
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
