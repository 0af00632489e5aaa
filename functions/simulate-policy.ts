import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { ObjectKind } from '../shared/domain/index.ts';
import type { App } from '../shared/flow/app.ts';
import { CandidatePolicy, readCandidate } from '../shared/flow/ask/candidate-policy.ts';
import { type SimulationLine, type SimulationRequest, simulate } from '../shared/flow/ask/simulate.ts';
import { getApp } from './app.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { readJson } from './http/body.ts';
import { jsonLines } from './http/json-lines.ts';
import { policyProblem } from './http/policy-problem.ts';
import { problem, requestProblem } from './http/problem.ts';
import { logOf } from './log.ts';

/** Room for a policy of 1 MB, escaped. */
const bodyLimit = 3 * 1024 * 1024;

/** Longest simulation. */
const limitMs = 20 * 60_000;

const Request = z.strictObject({
  policy: CandidatePolicy,
  /** Most objects of each effect that are named. The library keeps what a slow client has not read. */
  limit: z.int().min(0).max(50_000).default(10_000),
  kinds: z
    .array(ObjectKind)
    .min(1)
    .default([...ObjectKind.options]),
});

/** A simulation reads the whole tenant, so one at a time is enough for an instance. */
let running = false;

/**
 * What a candidate policy would do to the whole tenant, as a stream of JSON lines: what would be
 * created, changed, frozen, removed or refused, each object with its rule, and a summary. Nothing is written.
 */
export async function simulatePolicy(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const parsed = Request.safeParse(body.value, { reportInput: true });
  if (!parsed.success)
    return requestProblem(parsed.error, (path) => (path.length === 0 ? Object.keys(Request.shape) : []));
  const { policy, kinds, limit } = parsed.data;
  const candidate = readCandidate(policy);
  if (!candidate.ok) return policyProblem(policy, candidate.errors);
  if (running) return busy;
  const app = await getApp();
  const deadline = new Date(app.now().getTime() + limitMs);
  const work = { policy: await app.policy(), candidate: candidate.policy, kinds, limit, deadline };
  return {
    status: 200,
    headers: { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' },
    body: jsonLines(alone(work, app, context)),
  };
}

/** The lines of the only simulation of this instance. What nobody foresaw ends it with a line that says so. */
async function* alone(
  work: SimulationRequest,
  app: App,
  context: InvocationContext,
): AsyncGenerator<SimulationLine, void, void> {
  running = true;
  const log = logOf(context);
  let last: SimulationLine | undefined;
  try {
    for await (const line of simulate(work, app.deciding)) {
      last = line;
      yield line;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    last = { type: 'failed', code: 'UNEXPECTED', message, evaluated: 0 };
    yield last;
  } finally {
    running = false;
    const ended = last?.type === 'summary' || last?.type === 'failed' ? last : { type: 'left' };
    const { type, ...fields } = ended;
    log('simulation.ended', { ended: type, candidate: work.candidate.version, ...fields });
  }
}

const busy = problem(
  {
    status: 429,
    code: 'SIMULATION_RUNNING',
    title: 'A simulation is running',
    detail: 'One simulation runs at a time, since each reads the whole tenant. Try again when it has ended.',
  },
  { 'retry-after': '30' },
);

triggers.http('simulatePolicy', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'policy/simulate',
  handler: simulatePolicy,
});
