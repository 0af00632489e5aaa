import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { ObjectKind } from '../shared/domain/index.ts';
import { presentOf, storyOf, summaryOf } from '../shared/flow/ask/object-story.ts';
import { searchAudit } from '../shared/flow/ask/search-audit.ts';
import { withChanges } from '../shared/flow/evaluate/attribute-changes.ts';
import { getApp } from './app.ts';
import { AuditQuery } from './audit.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { checkRequest } from './http/check-request.ts';
import { findObject } from './http/find-object.ts';
import { queryOf } from './http/query.ts';
import { timeLimit } from './http/time-limit.ts';
import { traceOf } from './log.ts';
import { pageOf, wantsPage } from './pages/page.ts';
import { type Story, storyPage } from './pages/story-page.ts';

const ListQuery = z.strictObject({
  kind: ObjectKind.default('group'),
  outcome: z.enum(['write', 'freeze', 'remove', 'ignore']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** Where the page before ended. */
  after: z.string().optional(),
});

/** The objects that were evaluated, page by page. */
export async function listObjects(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
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
  /** `false`: only what is kept, without asking Graph and AD. */
  fresh: z.enum(['true', 'false']).default('true'),
  /** Longest wait for the relay. */
  relaySeconds: z.coerce.number().min(0.1).max(60).default(10),
});

/** Longest time for reading Graph: a group with very many members may take longer. */
const readingLimitMs = 30_000;

/**
 * The story of one object: what is kept of it, and how Graph and AD have it now with the difference.
 * A browser gets a page. It is told where something is wrong: what cannot be read is left out, and `problem` says why.
 */
export async function getObject(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(StoryQuery, queryOf(request));
  if (!query.ok) return query.response;
  const app = await getApp();
  const found = await findObject(request, app.states);
  if ('response' in found) return found.response;
  const { object, state } = found;
  const story = await storyOf(object, state, app);
  const answer = (told: Story): HttpResponseInit =>
    wantsPage(request)
      ? pageOf(told.displayName ?? told.id, storyPage(told))
      : { status: 200, headers: { 'cache-control': 'no-store' }, jsonBody: told };
  if (query.value.fresh === 'false') return answer(story);
  const relayMs = query.value.relaySeconds * 1000;
  const looking = presentOf(object, relayMs, traceOf(context, request), app);
  const present = await timeLimit(looking, readingLimitMs + relayMs);
  return answer({ ...story, ...(present === 'late' ? tooSlow : present) });
}

const tooSlow = {
  now: null,
  problem: `Graph and AD could not be read within ${readingLimitMs / 1000} s. POST /api/policy/evaluate waits longer.`,
};

const HistoryQuery = AuditQuery.omit({ kind: true, id: true });

/** What happened to one object, newest first, each with what it changed. */
export async function getHistory(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(HistoryQuery, queryOf(request));
  if (!query.ok) return query.response;
  const app = await getApp();
  const found = await findObject(request, app.states);
  if ('response' in found) return found.response;
  const { value, next } = await searchAudit({ ...query.value, object: found.object }, app);
  return { status: 200, jsonBody: { value: value.map(withChanges), next } };
}

triggers.http('objects', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'objects',
  handler: listObjects,
});
triggers.http('object', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'objects/{id}',
  handler: getObject,
});
triggers.http('history', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'objects/{id}/history',
  handler: getHistory,
});
