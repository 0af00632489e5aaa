import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  type Timer,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { EntraId, Severity, ViolationCode } from '../shared/domain/index.ts';
import { readStatus } from '../shared/flow/operate/status.ts';
import { listViolations } from '../shared/flow/operate/violations.ts';
import { watchRelays } from '../shared/flow/watch/watch-relays.ts';
import { getApp } from './app.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { checkRequest } from './http/check-request.ts';
import { queryOf } from './http/query.ts';
import { logOf } from './log.ts';

/** The state of the whole. */
export async function status(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    jsonBody: await readStatus(await getApp()),
  };
}

const ViolationsQuery = z.strictObject({
  code: ViolationCode.optional(),
  severity: Severity.optional(),
  /** The object that they are about. */
  id: EntraId.optional(),
  after: z.string().max(400).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** The open violations, page by page. */
export async function violations(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(ViolationsQuery, queryOf(request));
  if (!query.ok) return query.response;
  return { status: 200, jsonBody: await listViolations(query.value, await getApp()) };
}

/** Tells people when a relay is silent. */
export async function watchRelaysEveryMinute(_timer: Timer, context: InvocationContext): Promise<void> {
  await watchRelays((await getApp()).withLog(logOf(context)));
}

/** Puts the numbers of the status right once a day, whatever crashes did to them. */
export async function recount(): Promise<void> {
  const { counts, states } = await getApp();
  await counts.recount(states);
}

triggers.http('status', { methods: ['GET'], authLevel: operationsLevel(), route: 'status', handler: status });
triggers.http('violations', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'violations',
  handler: violations,
});
triggers.timer('watchRelays', { schedule: '40 * * * * *', handler: watchRelaysEveryMinute });
triggers.timer('recount', { schedule: '0 40 3 * * *', handler: recount });
