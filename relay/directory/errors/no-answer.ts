import { type DirectoryError, directoryError } from './directory-error.ts';
import type { Doing } from './from-result.ts';

/**
 * The error for a request whose answer did not come. A write may have been applied all the same: a stopped server
 * applies what it has received when it goes on.
 */
export function noAnswer(doing: Doing, url: string, cause: unknown): DirectoryError {
  const timedOut = cause instanceof Error && cause.message.endsWith('Operation timed out');
  const happened = `${url} did not answer the request to ${doing.verb} ${doing.object}${timedOut ? ' in time' : ''}.`;
  const changes = doing.verb !== 'search' && doing.verb !== 'bind';
  return directoryError(timedOut ? 'TIMED_OUT' : 'CONNECTION_LOST', happened, {
    ...(changes ? { retry: 'observe' as const, applied: 'unknown' as const } : {}),
    ...(doing.secret === true ? {} : { cause }),
  });
}
