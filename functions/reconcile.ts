import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  type Timer,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { ObjectKind } from '../shared/domain/index.ts';
import { reviveSweep, startSweep, sweepSlice } from '../shared/flow/sweep/index.ts';
import { watchClientState } from '../shared/flow/watch/watch-client-state.ts';
import { watchPolicy } from '../shared/flow/watch/watch-policy.ts';
import { watchPolicyFile } from '../shared/flow/watch/watch-policy-file.ts';
import { watchSubscriptions } from '../shared/flow/watch/watch-subscriptions.ts';
import { watchTenant } from '../shared/flow/watch/watch-tenant.ts';
import { getApp } from './app.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { readJson } from './http/body.ts';
import { checkRequest } from './http/check-request.ts';
import { logOf, traceOf } from './log.ts';

/** Room for the few fields of a request. */
const bodyLimit = 16 * 1024;

const SweepRequest = z.strictObject({
  /** One kind; all of them where it is left out. */
  kind: ObjectKind.optional(),
  /** Read all members of every group too, whatever is known of them. */
  full: z.boolean().default(false),
  /** Tell what differs and repair nothing. */
  report: z.boolean().default(false),
});

/** Begins a sweep of everything now. Answers at once; GET /api/status tells how far it is. */
export async function sweepNow(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'operate');
  if (!access.ok) return access.response;
  const body = await readJson(request, bodyLimit, {});
  if (!body.ok) return body.response;
  const asked = checkRequest(SweepRequest, body.value);
  if (!asked.ok) return asked.response;
  const { kind, full, report } = asked.value;
  const { sweeping } = (await getApp()).withLog(logOf(context));
  const sweeps = [];
  for (const one of kind ? [kind] : ObjectKind.options) {
    sweeps.push(await startSweep(one, { why: 'request', full, report }, traceOf(context, request), sweeping));
  }
  return { status: 202, jsonBody: { sweeps } };
}

/** An hour's slice of each kind, so that a day covers the tenant. */
export async function sweepHourly(_timer: Timer, context: InvocationContext): Promise<void> {
  const { sweeping } = (await getApp()).withLog(logOf(context));
  for (const kind of ObjectKind.options) await sweepSlice(kind, traceOf(context), sweeping);
}

/** Looks whether the policy loads and whether it has changed, and takes up sweeps that stand still. */
export async function watchEveryMinute(_timer: Timer, context: InvocationContext): Promise<void> {
  const around = (await getApp()).withLog(logOf(context));
  if (!(await watchPolicyFile(around))) return;
  await watchPolicy(traceOf(context), { ...around, ...around.sweeping });
  for (const kind of ObjectKind.options) await reviveSweep(kind, traceOf(context), around.sweeping);
}

/** Looks whether notifications come, and whether a setting of the tenant has changed. */
export async function watchEveryFiveMinutes(_timer: Timer, context: InvocationContext): Promise<void> {
  const around = (await getApp()).withLog(logOf(context));
  await watchTenant(traceOf(context), { ...around, ...around.sweeping });
  await watchSubscriptions({ ...around, notificationUrl: around.settings.NOTIFICATION_URL });
  await watchClientState(around);
}

triggers.http('sweep', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'sweep',
  handler: sweepNow,
});
triggers.timer('sweepHourly', { schedule: '0 17 * * * *', handler: sweepHourly });
triggers.timer('watchEveryMinute', { schedule: '20 * * * * *', handler: watchEveryMinute });
triggers.timer('watchEveryFiveMinutes', { schedule: '40 */5 * * * *', handler: watchEveryFiveMinutes });
