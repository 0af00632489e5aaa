import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import { evaluateOnDemand, type OnDemandResult } from '../shared/flow/ask/evaluate-on-demand.ts';
import {
  type EvaluationRequest,
  evaluationFields,
  readEvaluationRequest,
} from '../shared/flow/ask/evaluation-request.ts';
import { inspect } from '../shared/flow/ask/inspect.ts';
import { getApp } from './app.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { readJson } from './http/body.ts';
import { policyProblem } from './http/policy-problem.ts';
import { problem, requestProblem } from './http/problem.ts';
import { timeLimit } from './http/time-limit.ts';
import { traceOf } from './log.ts';

/** Room for a policy of 1 MB and an inline group with ten thousand members. */
const bodyLimit = 6 * 1024 * 1024;

/** Azure ends a request that says nothing for 230 s; the largest group is read in less than this. */
const readingLimitMs = 120_000;

/**
 * On-demand evaluation: what the policy says of an object, why, and what AD would get; with
 * `"plan": true` also what the relay would do there now. Nothing is changed.
 */
export async function evaluatePolicy(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const given = readEvaluationRequest(body.value);
  if (!given.ok) return requestProblem(given, evaluationFields);
  const { plan, planSeconds } = given.value;
  const app = await getApp();
  const result = await timeLimit(evaluateOnDemand(given.value, app.deciding), readingLimitMs);
  if (result === 'late') return tooSlow;
  if (!result.ok) return refusal(result, given.value);
  if (!plan) return { status: 200, jsonBody: result.answer };
  const inspection = await inspect(result.intents, planSeconds * 1000, traceOf(context, request), app);
  if (!inspection) return silent(planSeconds);
  const { violations, leftOut, ...rest } = inspection;
  return {
    status: 200,
    jsonBody: {
      ...result.answer,
      violations: [...result.answer.violations, ...violations],
      ...rest,
      leftOutByRelay: leftOut,
    },
  };
}

function refusal(
  result: Extract<OnDemandResult, { ok: false }>,
  { policy }: EvaluationRequest,
): HttpResponseInit {
  switch (result.code) {
    case 'POLICY_INVALID':
      return policyProblem(policy, result.errors);
    case 'NOT_FOUND':
      return problem({ status: 404, code: result.code, title: 'No such object', detail: result.message });
    case 'GRAPH_UNREADABLE':
      return problem({
        status: 502,
        code: result.code,
        title: 'Graph cannot be read',
        detail: result.message,
      });
  }
}

const tooSlow = problem({
  status: 504,
  code: 'GRAPH_SLOW',
  title: 'Graph is too slow',
  detail: `The object and its members could not be read within ${readingLimitMs / 1000} s. Ask again later, or send a snapshot.`,
});

const silent = (seconds: number): HttpResponseInit =>
  problem({
    status: 504,
    code: 'RELAY_SILENT',
    title: 'The relay did not answer',
    detail: `No relay answered within ${seconds} s. Ask without "plan", or with a longer "planSeconds" (at most 60), and look at the health endpoint of the relay.`,
  });

triggers.http('evaluatePolicy', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'policy/evaluate',
  handler: evaluatePolicy,
});
