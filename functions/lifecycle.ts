import { app, type HttpRequest, type HttpResponseInit, type InvocationContext } from '@azure/functions';
import { readNotificationBody } from '../shared/classify/index.ts';
import { momentOf } from '../shared/domain/index.ts';
import { receiveLifecycle } from '../shared/flow/receive-lifecycle.ts';
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
  const services = await getApp();
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const receivedAt = momentOf(services.now());
  const read = readNotificationBody(body.value, receivedAt);
  const around = { ...services, log: logOf(context) };
  const stored = await withinDeadline(
    receiveLifecycle(read, services.clientStates, receivedAt, traceOf(context, request), around),
  );
  return stored.ok ? { status: 202 } : busAway(stored.why, around.log);
}

app.http('lifecycle', { methods: ['POST'], authLevel: 'anonymous', route: 'lifecycle', handler: lifecycle });
