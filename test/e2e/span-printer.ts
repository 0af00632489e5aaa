import { randomBytes } from 'node:crypto';
import {
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type TimeInput,
  type Tracer,
  trace,
} from '@opentelemetry/api';

/**
 * A collector of spans that is loaded into the processes of the product by `node --import`, as an
 * exporter would be: it implements the interfaces of the OpenTelemetry API and prints each span that
 * ended as one line of JSON.
 */
const timeOf = (time: TimeInput | undefined): number =>
  time instanceof Date ? time.getTime() : typeof time === 'number' ? time : Date.now();

function startSpan(name: string, options: SpanOptions, parent: SpanContext | undefined): Span {
  const context: SpanContext = {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    traceFlags: 1,
  };
  const startedAt = timeOf(options.startTime);
  const attributes: Attributes = { ...options.attributes };
  let status: unknown;
  const span: Span = {
    spanContext: () => context,
    setAttribute: (key, value) => {
      attributes[key] = value;
      return span;
    },
    setAttributes: (more) => {
      Object.assign(attributes, more);
      return span;
    },
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: (given) => {
      status = given;
      return span;
    },
    updateName: () => span,
    isRecording: () => true,
    recordException: () => undefined,
    end: (at) => {
      const { traceId, spanId } = context;
      const ended = { name, traceId, spanId, parentSpanId: parent?.spanId, startedAt, endedAt: timeOf(at) };
      process.stdout.write(`${JSON.stringify({ event: 'span', ...ended, attributes, status })}\n`);
    },
  };
  return span;
}

const tracer: Tracer = {
  startSpan: (name: string, options: SpanOptions = {}, context?: Context) =>
    startSpan(name, options, context && trace.getSpanContext(context)),
  startActiveSpan: () => {
    throw new Error('The product gives the context itself.');
  },
};

trace.setGlobalTracerProvider({ getTracer: () => tracer });
