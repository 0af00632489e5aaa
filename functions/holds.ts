import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  type Timer,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { HoldDecision, HoldState, holdMarkdown, PlanHash } from '../shared/domain/index.ts';
import { type DecisionRefusal, decideHold, tidyHolds } from '../shared/flow/operate/holds.ts';
import { html } from '../shared/html/html.ts';
import type { HeldPlan } from '../shared/state/index.ts';
import { getApp } from './app.ts';
import { requirePerson, requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { readJson } from './http/body.ts';
import { checkRequest } from './http/check-request.ts';
import { problem } from './http/problem.ts';
import { queryOf } from './http/query.ts';
import { logOf, traceOf } from './log.ts';
import { pageOf, wantsPage } from './pages/page.ts';

const ListQuery = z.strictObject({ state: z.union([HoldState, z.literal('all')]).default('open') });

/** The held plans, newest first: those that wait for a person, or those in another state. */
export async function listHolds(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(ListQuery, queryOf(request));
  if (!query.ok) return query.response;
  const { state } = query.value;
  const { holds } = await getApp();
  const all = await Array.fromAsync(holds.list());
  const value = all
    .filter((hold) => state === 'all' || hold.state === state)
    .toSorted((one, other) => other.heldAt.localeCompare(one.heldAt))
    .map(({ plan: _plan, intent: _intent, ...summary }) => summary);
  return { status: 200, jsonBody: { value } };
}

/** One held plan: JSON, or a page to read where `Accept` asks for Markdown or a browser asks. */
export async function getHold(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const { holds } = await getApp();
  const hold = await holds.find(request.params.id ?? '');
  if (!hold) return refusal({ code: 'NOT_FOUND' }, request.params.id);
  const { intent: _, ...shown } = hold;
  if (wantsPage(request))
    return pageOf(`Held plan for ${hold.displayName}`, [html`<pre>${holdMarkdown(hold)}</pre>`]);
  if (!request.headers.get('accept')?.includes('text/markdown')) return { status: 200, jsonBody: shown };
  return {
    status: 200,
    headers: { 'content-type': 'text/markdown; charset=utf-8' },
    body: holdMarkdown(hold),
  };
}

const Decision = z.strictObject({
  /** Of the plan as it was read: what is approved is exactly this. */
  planHash: PlanHash,
  person: HoldDecision.shape.person.optional(),
  reason: HoldDecision.shape.reason,
});

const bodyLimit = 16 * 1024;

const decide =
  (verdict: HoldDecision['verdict']) =>
  async (request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> => {
    const access = await requireRole(request, 'approve');
    if (!access.ok) return access.response;
    const body = await readJson(request, bodyLimit);
    if (!body.ok) return body.response;
    const given = checkRequest(Decision, body.value);
    if (!given.ok) return given.response;
    const { planHash, reason } = given.value;
    const named = requirePerson(access.caller, given.value.person);
    if (!named.ok) return named.response;
    const decision = { verdict, person: named.person, reason };
    const around = (await getApp()).withLog(logOf(context));
    const id = request.params.id ?? '';
    const decided = await decideHold(id, planHash, decision, traceOf(context, request), around);
    return decided.ok ? { status: 202, jsonBody: withoutIntent(decided.hold) } : refusal(decided.refusal, id);
  };

const withoutIntent = ({ intent: _, ...hold }: HeldPlan) => hold;

/** Approves a held plan. The relay writes it if it is still the plan that was held; its outcome tells. */
export const approveHold = decide('approve');

/** Rejects a held plan: AD stays as it is. */
export const rejectHold = decide('reject');

function refusal(why: DecisionRefusal, id: string | undefined): HttpResponseInit {
  switch (why.code) {
    case 'NOT_FOUND': {
      const detail = `There is no held plan ${id}. GET /api/holds lists them.`;
      return problem({ status: 404, code: why.code, title: 'Unknown hold', detail });
    }
    case 'HOLD_CLOSED': {
      const { holdId, state, expiresAt } = why.hold;
      const how = state === 'open' ? `expired at ${expiresAt}` : `is ${state}`;
      const detail = `The held plan ${holdId} ${how} and can no longer be decided. If its changes are still wanted, they are held anew.`;
      return problem({ status: 409, code: why.code, title: 'No longer open', detail });
    }
    case 'HOLD_DECIDED': {
      const { verdict, person, at } = why.decision;
      const detail = `${person} said ${verdict} at ${at}; the relay has not answered yet. Look again in a moment.`;
      return problem({ status: 409, code: why.code, title: 'Already decided', detail });
    }
    case 'PLAN_CHANGED': {
      const detail = `The plan that is held has the hash ${why.hold.planHash}. Read it again, then decide with that hash.`;
      return problem({ status: 409, code: why.code, title: 'Another plan', detail });
    }
  }
}

/** Ends holds of relays that are gone, and forgets old ones. */
export async function tidy(_timer: Timer, context: InvocationContext): Promise<void> {
  await tidyHolds((await getApp()).withLog(logOf(context)));
}

triggers.http('holds', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'holds',
  handler: listHolds,
});
triggers.http('hold', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'holds/{id}',
  handler: getHold,
});
triggers.http('approveHold', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'holds/{id}/approve',
  handler: approveHold,
});
triggers.http('rejectHold', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'holds/{id}/reject',
  handler: rejectHold,
});
triggers.timer('tidyHolds', { schedule: '0 17 * * * *', handler: tidy });
