import { randomBytes } from 'node:crypto';
import type { TraceContext } from './core/protocol.ts';

const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The trace an invocation belongs to (https://www.w3.org/TR/trace-context/): the caller's, or a new sampled one. In Azure an
 * invocation always has one, so the app never has to cope with its absence.
 */
export function traceContext(traceparent: unknown, tracestate: unknown): TraceContext {
  if (typeof traceparent !== 'string' || !TRACEPARENT.test(traceparent)) {
    return { traceParent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01` };
  }
  return { traceParent: traceparent, ...(typeof tracestate === 'string' ? { traceState: tracestate } : {}) };
}
