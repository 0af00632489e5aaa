import { z } from 'zod';
import { decode } from '../shared/bus/index.ts';
import type { CompareRequest, Intent } from '../shared/domain/index.ts';
import { HoldCommand } from './guard/hold-command.ts';

/** A message of the `intents` queue. */
export type Read =
  | { readonly is: 'intent'; readonly intent: Intent; readonly traceparent: string | undefined }
  | { readonly is: 'compare'; readonly request: CompareRequest; readonly traceparent: string | undefined }
  | { readonly is: 'hold'; readonly command: HoldCommand; readonly traceparent: string | undefined }
  | { readonly is: 'unreadable'; readonly code: string; readonly reason: string };

const HoldEnvelope = z.strictObject({
  version: z.literal(1),
  traceparent: z.string().optional(),
  body: HoldCommand,
});

/** Reads a message. Never throws; what can never be handled comes back with its reason. */
export function readMessage(body: unknown): Read {
  const read = decode('intents', body);
  if (read.ok) {
    const { body: asked, traceparent } = read;
    return asked.type === 'compare'
      ? { is: 'compare', request: asked, traceparent }
      : { is: 'intent', intent: asked, traceparent };
  }
  const hold = HoldEnvelope.safeParse(asJson(body));
  if (hold.success) return { is: 'hold', command: hold.data.body, traceparent: hold.data.traceparent };
  return { is: 'unreadable', code: read.code, reason: read.reason };
}

/** The text of a message as it came, for the record of what was set aside. */
export function textOfMessage(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : (JSON.stringify(body) ?? '');
}

function asJson(body: unknown): unknown {
  try {
    return JSON.parse(textOfMessage(body));
  } catch {
    return undefined;
  }
}
