import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  type Timer,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { EntraId, ObjectKind } from '../shared/domain/index.ts';
import { searchAudit } from '../shared/flow/ask/search-audit.ts';
import { withChanges } from '../shared/flow/evaluate/attribute-changes.ts';
import { getApp } from './app.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { checkRequest } from './http/check-request.ts';
import { queryOf } from './http/query.ts';
import { logOf } from './log.ts';

const time = z.coerce.date({ error: 'is not a time (such as 2026-03-01T08:00:00Z)' });

const Range = {
  since: time.optional(),
  before: time.optional(),
  after: z.string().max(200).optional(),
};

export const AuditQuery = z.strictObject({
  ...Range,
  code: z.string().max(100).optional(),
  member: z.string().max(4096).optional(),
  kind: ObjectKind.optional(),
  id: EntraId.optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

/** What happened, newest first: by time, code, member or object. */
export async function queryAudit(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(AuditQuery, queryOf(request));
  if (!query.ok) return query.response;
  const { kind, id, ...search } = query.value;
  const object = id && { kind: kind ?? 'group', id };
  const { value, next } = await searchAudit({ ...search, object }, await getApp());
  return { status: 200, jsonBody: { value: value.map(withChanges), next } };
}

const ExportQuery = z.strictObject({
  ...Range,
  limit: z.coerce.number().int().min(1).max(5000).default(5000),
});

/**
 * The audit as JSON lines, newest first. An answer has at most 5,000 lines, which is what one answer
 * of a function can hold with ease; the header `link` leads to the next part.
 */
export async function exportAudit(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(ExportQuery, queryOf(request));
  if (!query.ok) return query.response;
  const { value, next } = await searchAudit(query.value, await getApp());
  const url = new URL(request.url);
  url.searchParams.delete('code');
  if (next !== null) url.searchParams.set('after', next);
  return {
    status: 200,
    headers: {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      ...(next !== null && { link: `<${url.pathname}${url.search}>; rel="next"` }),
    },
    body: value.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
  };
}

const dayMs = 86_400_000;
/** Entries per run: a run stays far below the time limit of a function, and there is one every hour. */
const mostPerRun = 20_000;

/** Deletes what is older than AUDIT_RETENTION_DAYS. */
export async function purgeAudit(_timer: Timer, context: InvocationContext): Promise<void> {
  const { audit, settings, now } = await getApp();
  const before = new Date(now().getTime() - settings.AUDIT_RETENTION_DAYS * dayMs);
  const entries = await audit.purge(before, mostPerRun);
  if (entries > 0) logOf(context)('audit.purged', { entries, before: before.toISOString() });
}

triggers.http('audit', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'audit',
  handler: queryAudit,
});
triggers.http('auditExport', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'audit/export',
  handler: exportAudit,
});
triggers.timer('purgeAudit', { schedule: '0 25 * * * *', handler: purgeAudit });
