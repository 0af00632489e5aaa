import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import { readNotificationBody } from '../shared/classify/index.ts';
import { momentOf } from '../shared/domain/index.ts';
import { receiveNotifications } from '../shared/flow/receive/receive-notifications.ts';
import { inSpan } from '../shared/telemetry/spans.ts';
import { getApp } from './app.ts';
import { readJson } from './http/body.ts';
import { busAway, withinDeadline } from './http/deadline.ts';
import { handshake } from './http/handshake.ts';
import { logOf, traceOf } from './log.ts';

/** Graph states no maximum; this is room for some thousand notifications. */
const bodyLimit = 4 * 1024 * 1024;

/**
 * Webhook of Microsoft Graph for changes. Answers 202 only when all changes are durably in Service
 * Bus, and 503 when that cannot be had within the 3 s that Graph waits: Graph then sends again.
 */
export async function notifications(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const greeting = handshake(request);
  if (greeting) return greeting;
  const app = await getApp();
  const receivedAt = momentOf(app.now());
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const read = readNotificationBody(body.value, receivedAt);
  const around = app.withLog(logOf(context));
  const trace = { traceparent: traceOf(context, request), kind: 'server' } as const;
  const stored = await withinDeadline(
    inSpan('receive', trace, (traceparent = trace.traceparent) =>
      receiveNotifications(
        read.notifications,
        read.refused,
        app.clientStates,
        receivedAt,
        traceparent,
        around,
      ),
    ),
  );
  return stored.ok ? { status: 202 } : busAway(stored.why, around.log);
}

triggers.http('notifications', {
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'notifications',
  handler: notifications,
});
