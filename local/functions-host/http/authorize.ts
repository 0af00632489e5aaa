import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FunctionKeys } from '../settings/keys.ts';
import type { AuthLevel } from './trigger.ts';

/** Whether the key presented opens that function, or `/admin` when `functionName` is undefined. */
export type Authorize = (
  level: AuthLevel,
  functionName: string | undefined,
  presented: string | undefined,
) => boolean;

/** The key of a request: the header `x-functions-key`, else the query parameter `code`. */
export function presentedKey(headers: IncomingHttpHeaders, query: URLSearchParams): string | undefined {
  const header = headers['x-functions-key'];
  return (typeof header === 'string' ? header : undefined) ?? query.get('code') ?? undefined;
}

/** Without keys everything is open, as with the Azure Functions Core Tools on a laptop. */
export function createAuthorize(keys: FunctionKeys | undefined): Authorize {
  if (keys === undefined) return () => true;
  const master = [keys.master ?? keys.host];
  const everyFunction = [keys.host, ...Object.values(keys.hostKeys ?? {}), ...master];

  return (level, functionName, presented) => {
    if (level === 'anonymous') return true;
    if (presented === undefined) return false;
    const own = Object.values(keys.functions?.[functionName ?? ''] ?? {});
    const accepted = level === 'admin' ? master : [...everyFunction, ...own];
    return accepted.some((key) => equal(key, presented));
  };
}

function equal(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}
