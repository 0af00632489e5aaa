import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  type Timer,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import { callbackProblem, callbackRules } from '../shared/callback/rules.ts';
import { EntraId, ObjectKind } from '../shared/domain/index.ts';
import { callBack, completionAnswer } from '../shared/flow/operate/call-back.ts';
import { askForCompletion, expire, expireCompletions } from '../shared/flow/operate/completions.ts';
import { getApp } from './app.ts';
import { requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { readJson } from './http/body.ts';
import { checkRequest } from './http/check-request.ts';
import { problem } from './http/problem.ts';
import { logOf, traceOf } from './log.ts';

const bodyLimit = 16 * 1024;

const CompletionRequest = z
  .strictObject({
    object: z.strictObject({ kind: ObjectKind.default('group'), id: EntraId }),
    /** The member of the group that it is about; without it the object itself. */
    member: EntraId.optional(),
    change: z.enum(['present', 'absent']),
    /** Called when it is so, or when the time is over. */
    callback: z.string().max(2048).optional(),
    timeoutSeconds: z.number().min(5).max(86_400).default(300),
  })
  .refine(({ object, member }) => member === undefined || object.kind === 'group', {
    error: 'has members only where the object is a group',
    path: ['member'],
  });

/** Asks to be told when a change of the cloud is in AD. */
export async function postCompletion(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'operate');
  if (!access.ok) return access.response;
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const asked = checkRequest(CompletionRequest, body.value);
  if (!asked.ok) return asked.response;
  const app = await getApp();
  const { callback } = asked.value;
  const trouble = callback === undefined ? undefined : callbackTrouble(callback, app.settings);
  if (trouble) return trouble;
  const around = app.withLog(logOf(context)).completing;
  const wish = { ...asked.value, person: access.caller.person };
  const completion = await askForCompletion(wish, traceOf(context, request), around);
  return {
    status: 202,
    headers: { location: `/api/completions/${completion.id}` },
    jsonBody: completionAnswer(completion),
  };
}

type CallbackSettings = Parameters<typeof callbackRules>[0] & {
  readonly COMPLETION_SIGNING_KEY?: string | undefined;
};

function callbackTrouble(callback: string, settings: CallbackSettings): HttpResponseInit | undefined {
  const why = callbackProblem(callback, callbackRules(settings));
  const refuse = (code: string, detail: string): HttpResponseInit =>
    problem({ status: 422, code, title: 'That callback cannot be called', detail });
  if (why) return refuse('CALLBACK_NOT_ALLOWED', `The callback ${why}`);
  if (settings.COMPLETION_SIGNING_KEY) return undefined;
  return refuse(
    'CALLBACKS_OFF',
    'Callbacks are signed, and there is no key: set COMPLETION_SIGNING_KEY. Or poll GET /api/completions/{id}.',
  );
}

/** How it stands. */
export async function getCompletion(
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'operate');
  if (!access.ok) return access.response;
  const app = await getApp();
  const id = request.params.id ?? '';
  const completion = await app.completions.find(id);
  if (!completion) {
    const detail = `${id} is not known. What has ended is kept for seven days.`;
    return problem({ status: 404, code: 'NOT_FOUND', title: 'No such completion', detail });
  }
  const current = await expire(completion, app.withLog(logOf(context)).completing);
  return {
    status: 200,
    headers: { 'cache-control': 'no-store', ...(current.state === 'waiting' && { 'retry-after': '1' }) },
    jsonBody: completionAnswer(current),
  };
}

const keptMs = 7 * 86_400_000;

/** Ends those whose time is over, calls back again, forgets what ended long ago. */
export async function watchCompletions(_timer: Timer, context: InvocationContext): Promise<void> {
  const { completing, callingBack, completions, now } = (await getApp()).withLog(logOf(context));
  await expireCompletions(completing);
  for await (const completion of completions.unfinished()) await callBack(completion, callingBack);
  await completions.forget(new Date(now().getTime() - keptMs));
}

triggers.http('requestCompletion', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'completions',
  handler: postCompletion,
});
triggers.http('completion', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'completions/{id}',
  handler: getCompletion,
});
triggers.timer('watchCompletions', { schedule: '50 * * * * *', handler: watchCompletions });
