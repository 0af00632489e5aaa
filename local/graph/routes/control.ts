import { z } from 'zod';
import { type Handler, noContent, ok } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import { objectBody } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import type { Json } from '../tenant/objects.ts';

/** Plain data as JSON: what is undefined is left out. */
const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value));

const changeBehaviour: Handler = (request, { behaviour, notifications }) => {
  try {
    behaviour.change(objectBody(request));
  } catch (error) {
    throw invalidRequest(error instanceof Error ? error.message : String(error), 'BadRequest');
  }
  notifications.keepTime();
  return ok(plain(behaviour.settings));
};

const lifecycleSchema = z.object({
  event: z.enum(['reauthorizationRequired', 'subscriptionRemoved', 'missed']),
  subscriptionId: z.string().optional(),
});

const lifecycle: Handler = (request, { notifications }) => {
  const parsed = lifecycleSchema.safeParse(request.body);
  if (!parsed.success) throw invalidRequest(z.prettifyError(parsed.error), 'BadRequest');
  return ok({ notified: notifications.deliverLifecycle(parsed.data.event, parsed.data.subscriptionId) });
};

/** What is not Graph: steering and watching the double. All of it needs the admin token. */
export const controlRoutes: readonly Route[] = [
  route('GET', '/local/behaviour', (_request, { behaviour }) => ok(plain(behaviour.settings))),
  route('PATCH', '/local/behaviour', changeBehaviour),
  route('DELETE', '/local/behaviour', (_request, { behaviour }) => {
    behaviour.reset();
    return noContent;
  }),
  route('GET', '/local/statistics', (_request, { statistics }) => ok(plain(statistics.report()))),
  route('DELETE', '/local/statistics', (_request, { statistics }) => {
    statistics.reset();
    return noContent;
  }),
  route('POST', '/local/lifecycle', lifecycle),
  route('GET', '/local/mail', (_request, { tenant }) => ok({ value: plain(tenant.settings.sentMail) })),
];
