import {
  type Attributes,
  type Context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { SpanName } from './names.ts';

/** Spans of one trace that runs through messages: each span continues a W3C traceparent. */

const tracer = () => trace.getTracer('entra-writeback');

export type SpanOptions = {
  /** W3C trace context of what led to this; without it a trace begins here. */
  readonly traceparent?: string | undefined;
  readonly kind?: 'server' | 'consumer' | 'internal';
  readonly attributes?: Attributes;
};

const kinds = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
} as const;

/**
 * Does some work in a span, and gives it the traceparent that what follows must carry. Without an
 * exporter there is no span, and the traceparent is the one given: messages carry a trace either way.
 */
export async function inSpan<T>(
  name: SpanName,
  { traceparent, kind = 'internal', attributes = {} }: SpanOptions,
  work: (traceparent: string | undefined) => Promise<T>,
): Promise<T> {
  const span = tracer().startSpan(name, { kind: kinds[kind], attributes }, contextOf(traceparent));
  try {
    return await work(traceparentOfSpan(span) ?? traceparent);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    span.setStatus({ code: SpanStatusCode.ERROR, message });
    throw error;
  } finally {
    span.end();
  }
}

/** Writes down a time that has passed already, such as the wait in a queue. */
export function pastSpan(
  name: SpanName,
  { traceparent, kind = 'internal', attributes = {} }: SpanOptions,
  from: Date,
  to: Date,
): void {
  if (to < from) return;
  const options = { kind: kinds[kind], attributes, startTime: from };
  tracer().startSpan(name, options, contextOf(traceparent)).end(to);
}

const pattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = pattern.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT;
  const traceFlags = Number.parseInt(flags, 16);
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function traceparentOfSpan(span: Span): string | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) return undefined;
  const flags = context.traceFlags.toString(16).padStart(2, '0');
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}
