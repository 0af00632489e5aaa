import { type HttpRequest, type HttpResponseInit, app as triggers } from '@azure/functions';
import { z } from 'zod';
import { EntraId, ObjectKind, type ObjectRef } from '../shared/domain/index.ts';
import { type ObjectState, unknownObject } from '../shared/state/index.ts';
import { getApp } from './app.ts';
import { problem, requestProblem } from './http/problem.ts';

const ListQuery = z.strictObject({
  kind: ObjectKind.default('group'),
  outcome: z.enum(['write', 'freeze', 'remove', 'ignore']).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  /** Where the page before ended. */
  after: z.string().optional(),
});

/** The objects that were evaluated, page by page. */
export async function listObjects(request: HttpRequest): Promise<HttpResponseInit> {
  const query = ListQuery.safeParse(Object.fromEntries(withoutCode(request)));
  if (!query.success) return requestProblem(query.error);
  const { kind, outcome, limit, after } = query.data;
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

/** The story of one object: decision, outcome, who is left out, open violations. */
export async function getObject(request: HttpRequest): Promise<HttpResponseInit> {
  const found = await find(request);
  if ('response' in found) return found.response;
  const { object, state } = found;
  const { incidents } = await getApp();
  const open = await Promise.all(
    state.violations.map((code) => incidents.find(code, { about: object, subject: '' })),
  );
  return {
    status: 200,
    jsonBody: {
      ...summaryOf(object, state),
      guid: state.guid ?? null,
      sid: state.sid ?? null,
      evaluatedAt: state.evaluatedAt ?? null,
      outOfScopeSince: state.outOfScopeSince ?? null,
      waiting: { pending: state.pending, needs: state.needs ?? null, attempts: state.attempts },
      leftOut: state.leftOut,
      violations: open.flatMap((incident) => (incident ? [incident] : [])),
    },
  };
}

/** What happened to one object, newest first. */
export async function getHistory(request: HttpRequest): Promise<HttpResponseInit> {
  const found = await find(request);
  if ('response' in found) return found.response;
  const { audit } = await getApp();
  const value = await Array.fromAsync(audit.queryObject(found.object, { limit: 100 }));
  return { status: 200, jsonBody: { value } };
}

type Found =
  | { readonly object: ObjectRef; readonly state: ObjectState }
  | { readonly response: HttpResponseInit };

/** The object of a request; its kind need not be given, since ids are unique in a tenant. */
async function find(request: HttpRequest): Promise<Found> {
  const id = EntraId.safeParse(request.params.id);
  if (!id.success) return { response: requestProblem(id.error) };
  const { states } = await getApp();
  for (const kind of ObjectKind.options) {
    const object = { kind, id: id.data };
    const state = await states.load(object);
    if (state !== unknownObject && state.lastDecision) return { object, state };
  }
  const detail = `${id.data} was never evaluated. POST /api/policy/evaluate asks about any object in Graph.`;
  return { response: problem({ status: 404, code: 'NOT_FOUND', title: 'Unknown object', detail }) };
}

function summaryOf(object: ObjectRef, state: ObjectState) {
  const { displayName, written, dn, lastDecision, lastOutcome, leftOut, violations } = state;
  return {
    ...object,
    displayName: displayName ?? null,
    written,
    dn: dn ?? null,
    decision: lastDecision ?? null,
    outcome: lastOutcome ?? null,
    leftOutCount: leftOut.length,
    violationCodes: violations,
  };
}

/** The query but for the key, which travels beside it. */
const withoutCode = (request: HttpRequest) => [...request.query].filter(([name]) => name !== 'code');

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
