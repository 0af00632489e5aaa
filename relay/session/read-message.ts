import { decode } from '../../shared/bus/index.ts';
import type { CompareRequest, HoldCommand, Intent, ObjectRef } from '../../shared/domain/index.ts';

/** A message of the `intents` queue. */
export type Read =
  | { readonly is: 'intent'; readonly intent: Intent; readonly traceparent: string | undefined }
  | { readonly is: 'compare'; readonly request: CompareRequest; readonly traceparent: string | undefined }
  | { readonly is: 'express'; readonly object: ObjectRef; readonly traceparent: string | undefined }
  | { readonly is: 'hold'; readonly command: HoldCommand; readonly traceparent: string | undefined }
  | { readonly is: 'unreadable'; readonly code: string; readonly reason: string };

/** Reads a message. Never throws; what can never be handled comes back with its reason. */
export function readMessage(body: unknown): Read {
  const read = decode('intents', body);
  if (!read.ok) return { is: 'unreadable', code: read.code, reason: read.reason };
  const { body: asked, traceparent } = read;
  switch (asked.type) {
    case 'compare':
      return { is: 'compare', request: asked, traceparent };
    case 'express':
      return { is: 'express', object: asked.object, traceparent };
    case 'hold':
      return { is: 'hold', command: asked, traceparent };
    default:
      return { is: 'intent', intent: asked, traceparent };
  }
}

/** The text of a message as it came, for the record of what was set aside. */
export function textOfMessage(body: unknown): string {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new TextDecoder().decode(body) : (JSON.stringify(body) ?? '');
}
