import type { HttpResponseInit } from '@azure/functions';
import type { Log } from '../../shared/flow/log.ts';
import { problem } from './problem.ts';

/** Graph counts a webhook that takes over 3 s as slow, and drops notifications of slow webhooks. */
const deadlineMs = 2500;

export type InTime<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly why: string };

/** Waits for the work, but not past the deadline of a webhook. */
export async function withinDeadline<T>(work: Promise<T>): Promise<InTime<T>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<InTime<T>>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, why: `not stored within ${deadlineMs} ms` }), deadlineMs);
  });
  const done = work.then(
    (value): InTime<T> => ({ ok: true, value }),
    (error: unknown): InTime<T> => ({
      ok: false,
      why: error instanceof Error ? error.message : String(error),
    }),
  );
  const result = await Promise.race([done, late]);
  clearTimeout(timer);
  return result;
}

/** The answer when Service Bus does not take a change: Graph tries again for up to four hours. */
export function busAway(why: string, log: Log): HttpResponseInit {
  const message = `The notifications could not be stored in Service Bus (${why}). Graph will send them again.`;
  log('notification.deferred', { message }, 'error');
  return problem(
    { status: 503, code: 'QUEUE_UNAVAILABLE', title: 'Not stored', detail: message },
    { 'retry-after': '5' },
  );
}
