import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import { readNotificationBody } from '../shared/classify/index.ts';
import { momentOf } from '../shared/domain/index.ts';
import { receiveLifecycle } from '../shared/flow/receive/receive-lifecycle.ts';
import { inSpan } from '../shared/telemetry/spans.ts';
import { getApp } from './app.ts';
import { readJson } from './http/body.ts';
import { busAway, withinDeadline } from './http/deadline.ts';
import { handshake } from './http/handshake.ts';
import { logOf, traceOf } from './log.ts';

const bodyLimit = 1024 * 1024;

/**
 * Webhook of Microsoft Graph for the life of subscriptions. A loss of notifications rings all
 * doorbells; a subscription that needs reauthorisation or is gone is seen to by the timer's code,
 * after the answer.
 */
export async function lifecycle(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const greeting = handshake(request);
  if (greeting) return greeting;
  const app = await getApp();
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const receivedAt = momentOf(app.now());
  const read = readNotificationBody(body.value, receivedAt);
  const around = app.withLog(logOf(context));
  const trace = { traceparent: traceOf(context, request), kind: 'server' } as const;
  const stored = await withinDeadline(
    inSpan('receive', trace, (traceparent = trace.traceparent) =>
      receiveLifecycle(read, app.clientStates, receivedAt, traceparent, around),
    ),
  );
  return stored.ok ? { status: 202 } : busAway(stored.why, around.log);
}

triggers.http('lifecycle', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'lifecycle',
  handler: lifecycle,
});
