import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import {
  EvaluationRequest,
  evaluateOnDemand,
  type OnDemandResult,
} from '../shared/flow/evaluate-on-demand.ts';
import { inspect } from '../shared/flow/inspect.ts';
import { getApp } from './app.ts';
import { readJson } from './http/body.ts';
import { problem, requestProblem } from './http/problem.ts';
import { traceOf } from './log.ts';

/** Room for a policy of 1 MB and an inline group with ten thousand members. */
const bodyLimit = 6 * 1024 * 1024;

/**
 * On-demand evaluation: what the policy says of an object, why, and what AD would get; with
 * `"plan": true` also what the relay would do there now. Nothing is changed.
 */
export async function evaluatePolicy(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const parsed = EvaluationRequest.safeParse(body.value);
  if (!parsed.success) return requestProblem(parsed.error);
  const app = await getApp();
  const result = await evaluateOnDemand(parsed.data, app.deciding);
  if (!result.ok) return refusal(result);
  if (!parsed.data.plan) return { status: 200, jsonBody: result.answer };
  const [intent] = result.intents;
  if (!intent)
    return { status: 200, jsonBody: { ...result.answer, plan: { operations: [] }, observed: null } };
  const outcome = await inspect(intent, traceOf(context, request), app);
  if (!outcome) {
    return problem({
      status: 504,
      code: 'RELAY_SILENT',
      title: 'The relay did not answer',
      detail:
        'No relay answered within 20 s. Look at GET /api/status whether one is alive, or ask without "plan".',
    });
  }
  const { plan, observed, leftOut, violations, failure } = outcome;
  return {
    status: 200,
    jsonBody: {
      ...result.answer,
      violations: [...result.answer.violations, ...violations],
      plan,
      observed,
      leftOutByRelay: leftOut,
      ...(failure && { failure }),
    },
  };
}

function refusal(result: Extract<OnDemandResult, { ok: false }>): HttpResponseInit {
  if (result.code === 'POLICY_INVALID') {
    return problem({
      status: 422,
      code: result.code,
      title: 'The candidate policy does not load',
      detail: `It has ${result.errors.length} errors; each names its place, the value and what is allowed.`,
      errors: result.errors.map((error) => ({
        field: `policy:${error.line}:${error.column} ${error.path}`,
        message: error.message,
      })),
    });
  }
  const status = result.code === 'NOT_FOUND' ? 404 : 502;
  const title = result.code === 'NOT_FOUND' ? 'No such object' : 'Graph cannot be read';
  return problem({ status, code: result.code, title, detail: result.message });
}

triggers.http('evaluatePolicy', {
  methods: ['POST'],
  authLevel: 'function',
  route: 'policy/evaluate',
  handler: evaluatePolicy,
});
