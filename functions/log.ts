import { randomBytes } from 'node:crypto';
import type { HttpRequest, InvocationContext } from '@azure/functions';
import { type Log, logLine } from '../shared/flow/log.ts';
import { traceparentOf } from '../shared/flow/traceparent.ts';
import { metered } from '../shared/telemetry/metrics.ts';

/** Events of the flow as log entries of the invocation: one line of JSON each. They are counted as well. */
export const logOf = (context: InvocationContext): Log =>
  metered((event, fields, level = 'info') => context[level](logLine(event, fields)));

/** The trace that this invocation belongs to. */
export function traceOf(context: InvocationContext, request?: HttpRequest): string {
  const given = request?.headers.get('traceparent') ?? context.traceContext?.traceParent;
  return traceparentOf(given, randomBytes);
}
