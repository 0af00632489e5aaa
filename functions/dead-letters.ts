import {
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  type Timer,
  app as triggers,
} from '@azure/functions';
import { z } from 'zod';
import {
  type DeadLetter,
  listDeadLetters,
  type OpenedDeadLetter,
} from '../shared/flow/operate/dead-letters.ts';
import { type LetterResult, settleDeadLetter } from '../shared/flow/operate/settle-dead-letter.ts';
import { watchDeadLetters } from '../shared/flow/watch/watch-dead-letters.ts';
import { getApp } from './app.ts';
import { requirePerson, requireRole } from './http/access.ts';
import { operationsLevel } from './http/auth-level.ts';
import { readJson } from './http/body.ts';
import { checkRequest } from './http/check-request.ts';
import { problem } from './http/problem.ts';
import { queryOf } from './http/query.ts';
import { logOf, traceOf } from './log.ts';

const bodyLimit = 16 * 1024;

const ListQuery = z.strictObject({ queue: z.string().optional() });

/** Messages that nobody works on: set aside because they cannot be read, or given up by Service Bus. */
export async function deadLetters(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const query = checkRequest(ListQuery, queryOf(request));
  if (!query.ok) return query.response;
  const { queue } = query.value;
  const all = await listDeadLetters((await getApp()).queues);
  return { status: 200, jsonBody: { value: all.filter((one) => !queue || one.queue === queue).map(closed) } };
}

const closed = ({ body: _body, ...letter }: OpenedDeadLetter): DeadLetter => letter;

/** One of them with its body, why it is here, and what replaying it would do. */
export async function deadLetter(request: HttpRequest): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'read');
  if (!access.ok) return access.response;
  const all = await listDeadLetters((await getApp()).queues);
  const letter = all.find(({ id }) => id === request.params.id);
  return letter ? { status: 200, jsonBody: letter } : gone(request.params.id);
}

const ActionRequest = z.strictObject({
  /** Who does it, where the caller is known by a key alone. */
  person: z.string().max(256).optional(),
  reason: z.string().max(2000).optional(),
});

/** Sends a message once more, or looks at its object anew, for a person. */
export const replayDeadLetter = (request: HttpRequest, context: InvocationContext) =>
  settle('replay', request, context);

/** Deletes a message for a person; the audit keeps the beginning of it. */
export const discardDeadLetter = (request: HttpRequest, context: InvocationContext) =>
  settle('discard', request, context);

async function settle(
  action: 'replay' | 'discard',
  request: HttpRequest,
  context: InvocationContext,
): Promise<HttpResponseInit> {
  const access = await requireRole(request, 'operate');
  if (!access.ok) return access.response;
  const body = await readJson(request, bodyLimit);
  if (!body.ok) return body.response;
  const asked = checkRequest(ActionRequest, body.value);
  if (!asked.ok) return asked.response;
  const who = requirePerson(access.caller, asked.value.person);
  if (!who.ok) return who.response;
  const app = (await getApp()).withLog(logOf(context));
  const id = request.params.id ?? '';
  const { reason } = asked.value;
  const result = await settleDeadLetter(
    { id, action, person: who.person, reason },
    traceOf(context, request),
    app,
  );
  if (!result.done) return refusal(id, result);
  await watchDeadLetters(app);
  return { status: 200, jsonBody: { action, ...closed(result.letter) } };
}

function refusal(id: string, result: Extract<LetterResult, { done: false }>): HttpResponseInit {
  switch (result.why) {
    case 'unknown':
    case 'gone':
      return gone(id);
    case 'busy':
      return problem(
        {
          status: 409,
          code: 'MESSAGE_BUSY',
          title: 'Somebody else has it',
          detail: `${id} is in somebody else's hands. Try again in a minute.`,
        },
        { 'retry-after': '60' },
      );
    case 'notReplayable':
      return problem({
        status: 422,
        code: 'NOT_REPLAYABLE',
        title: 'It cannot be replayed',
        detail: result.message,
      });
  }
}

const gone = (id: string | undefined): HttpResponseInit =>
  problem({
    status: 404,
    code: 'NOT_FOUND',
    title: 'No such message',
    detail: `${id} is not there (any more). GET /api/dead-letters lists what is.`,
  });

/** Raises and resolves MESSAGE_REJECTED. */
export async function watchLetters(_timer: Timer, context: InvocationContext): Promise<void> {
  await watchDeadLetters((await getApp()).withLog(logOf(context)));
}

triggers.http('deadLetters', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'dead-letters',
  handler: deadLetters,
});
triggers.http('deadLetter', {
  methods: ['GET'],
  authLevel: operationsLevel(),
  route: 'dead-letters/{id}',
  handler: deadLetter,
});
triggers.http('replayDeadLetter', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'dead-letters/{id}/replay',
  handler: replayDeadLetter,
});
triggers.http('discardDeadLetter', {
  methods: ['POST'],
  authLevel: operationsLevel(),
  route: 'dead-letters/{id}/discard',
  handler: discardDeadLetter,
});
triggers.timer('watchLetters', { schedule: '20 * * * * *', handler: watchLetters });
