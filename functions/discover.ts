import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import { discover } from '../shared/flow/ask/discover.ts';
import { getApp } from './app.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { problem } from './http/problem.ts';
import { timeLimit } from './http/time-limit.ts';
import { traceOf } from './log.ts';

/** Azure ends a request that says nothing for 230 s. */
const limitMs = 200_000;

/** The planning questions that an administrator has before switching on, answered. Nothing is written. */
export async function discoverTenant(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const app = await getApp();
  const work = discover(traceOf(context, request), { ...app, context: app.deciding.context });
  const jsonBody = await timeLimit(work, limitMs);
  return jsonBody === 'late' ? tooSlow : { status: 200, jsonBody };
}

const tooSlow = problem({
  status: 504,
  code: 'GRAPH_SLOW',
  title: 'Graph is too slow',
  detail: `The groups of the tenant could not be listed within ${limitMs / 1000} s. Ask again when Graph is less busy; POST /api/policy/simulate has no such limit.`,
});

triggers.http('discover', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'discover',
  handler: discoverTenant,
});
