import { z } from 'zod';
import type { Disturber } from './disturbance.ts';
import type { Answer, Request } from './http-server.ts';
import type { Inbox } from './inbox.ts';

/** What other programs may read and set. */
export interface Readable<D> {
  readonly messages: Inbox<unknown>;
  readonly attempts: Inbox<unknown>;
  readonly disturber: Disturber<D>;
  readonly disturbance: z.ZodType<D>;
}

/**
 * The paths that every sink offers to other programs, all JSON:
 * `GET /messages` what arrived, `GET /attempts` every delivery that was tried and how it ended, `DELETE /messages`
 * forgets both, `PUT /disturbance` misbehaves from now on (`null`: behaves well again).
 *
 * @returns undefined if the request is for none of them
 */
export function answerReader<D>(sink: Readable<D>, request: Request): Answer | undefined {
  switch (`${request.method} ${request.path}`) {
    case 'GET /messages':
      return { status: 200, body: { messages: sink.messages.all() } };
    case 'GET /attempts':
      return { status: 200, body: { attempts: sink.attempts.all() } };
    case 'DELETE /messages':
      sink.messages.clear();
      sink.attempts.clear();
      return { status: 204 };
    case 'PUT /disturbance':
      return disturb(sink, request);
    default:
      return undefined;
  }
}

function disturb<D>(sink: Readable<D>, request: Request): Answer {
  const wish = sink.disturbance.nullable().safeParse(parseJson(request.body));
  if (!wish.success) return { status: 400, body: { error: z.prettifyError(wish.error) } };
  sink.disturber.set(wish.data ?? undefined);
  return { status: 204 };
}

/** The value of a JSON text, or undefined if it is none. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
