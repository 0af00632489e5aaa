import type { IncomingMessage } from 'node:http';
import type { HttpFunction } from './trigger.ts';

/** A request that found its function and was let in. */
export type MatchedRequest = {
  readonly target: HttpFunction;
  readonly parameters: Readonly<Record<string, string>>;
  readonly url: URL;
  readonly incoming: IncomingMessage;
};

/** Header values as one string per name, as the host hands them to the worker. */
export function flatHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
