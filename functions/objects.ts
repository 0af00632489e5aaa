import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { ObjectKind } from '../shared/domain/index.ts';
import { withChanges } from '../shared/flow/attribute-changes.ts';
import { presentOf, storyOf, summaryOf } from '../shared/flow/object-story.ts';
import { searchAudit } from '../shared/flow/search-audit.ts';
import { getApp } from './app.ts';
import { AuditQuery } from './audit.ts';
import { requireRole } from './http/access.ts';
import { checkRequest } from './http/check-request.ts';
import { findObject } from './http/find-object.ts';
import { problem } from './http/problem.ts';
import { queryOf } from './http/query.ts';
import { traceOf } from './log.ts';

const ListQuery = z.strictObject({
  kind: ObjectKind.default('group'),
  outcome: z.enum(['write', 'freeze', 'remove', 'ignore']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** Where the page before ended. */
  after: z.string().optional(),
});

/** The objects that were evaluated, page by page. */
export async function listObjects(request: HttpRequest): Promise<HttpResponseInit> {
  const access = requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(ListQuery, queryOf(request));
  if (!query.ok) return query.response;
  const { kind, outcome, limit, after } = query.value;
  const { states } = await getApp();
  const value = [];
  let next: string | null = null;
  // "~" sorts behind every digit of an id, so the page begins behind the one before.
  for await (const { object, state } of states.list(kind, after ? { from: `${after}~` } : {})) {
    if (outcome && state.lastDecision?.outcome !== outcome) continue;
    if (value.length === limit) {
      next = value.at(-1)?.id ?? null;
      break;
    }
    value.push(summaryOf(object, state));
  }
  return { status: 200, jsonBody: { value, next } };
}

const StoryQuery = z.strictObject({
  fresh: z.enum(['true', 'false']).default('false'),
  /** Longest wait for the relay. */
  relaySeconds: z.coerce.number().min(0.1).max(60).default(20),
});

/** The story of one object; with `fresh=true` also as Graph and AD have it now, and the difference. */
export async function getObject(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const access = requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(StoryQuery, queryOf(request));
  if (!query.ok) return query.response;
  const app = await getApp();
  const found = await findObject(request, app.states);
  if ('response' in found) return found.response;
  const { object, state } = found;
  const story = await storyOf(object, state, app);
  if (query.value.fresh === 'false') return { status: 200, jsonBody: story };
  const relayMs = query.value.relaySeconds * 1000;
  const result = await presentOf(object, relayMs, traceOf(context, request), app);
  if (result.ok) return { status: 200, jsonBody: { ...story, ...result.present } };
  const { code, message } = result;
  if (code === 'NOT_FOUND') return { status: 200, jsonBody: { ...story, now: null, problem: message } };
  return problem({ status: 502, code, title: 'The object cannot be looked at', detail: message });
}

const HistoryQuery = AuditQuery.omit({ kind: true, id: true });

/** What happened to one object, newest first, each with what it changed. */
export async function getHistory(request: HttpRequest): Promise<HttpResponseInit> {
  const access = requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(HistoryQuery, queryOf(request));
  if (!query.ok) return query.response;
  const app = await getApp();
  const found = await findObject(request, app.states);
  if ('response' in found) return found.response;
  const { value, next } = await searchAudit({ ...query.value, object: found.object }, app);
  return { status: 200, jsonBody: { value: value.map(withChanges), next } };
}

triggers.http('objects', { methods: ['GET'], authLevel: 'function', route: 'objects', handler: listObjects });
triggers.http('object', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'objects/{id}',
  handler: getObject,
});
triggers.http('history', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'objects/{id}/history',
  handler: getHistory,
});
