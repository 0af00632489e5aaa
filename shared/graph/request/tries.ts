import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import type { Pace } from './pace.ts';
import { RequestFailed } from './request-failed.ts';
import { backoffMs, retryAfterMs } from './retry-after.ts';
import type { RequestSeen, RequestSettings } from './settings.ts';

const busy: ReadonlySet<number> = new Set([429, 503]);
const mayHaveBeenDone: ReadonlySet<number> = new Set([408, 500, 502, 504]);

type Tried = { readonly response: Response } | { readonly error: unknown };

/**
 * Sends a request as often as it takes, within bounds. The SDK's own handler cuts Retry-After at 180 s
 * and knows neither 500, 502 nor lost connections; this one also reads the body, so that a connection
 * lost in the middle of it is tried again as well.
 *
 * A wait longer than `longestWaitMs` is not slept: the answer is handed on, to be scheduled. What may
 * not be repeated (a POST that may have been done) is not.
 */
export function createTries(
  settings: RequestSettings & Required<Pick<RequestSettings, 'sleep' | 'longestWaitMs'>>,
  pace: Pace,
): Middleware {
  const { tries = 4, timeoutMs = 30_000, longestWaitMs, sleep, now, random } = settings;
  let next: Middleware | undefined;

  const takeTurn = async (): Promise<void> => {
    const waitMs = pace.reserve(now().getTime(), longestWaitMs);
    if (waitMs > longestWaitMs) {
      throw new RequestFailed({
        code: 'PACED',
        message: `Graph is near its limit for this app: the next request may go in ${Math.ceil(waitMs / 1000)} s.`,
        retry: 'later',
        retryAfterMs: waitMs,
      });
    }
    if (waitMs > 0) await sleep(waitMs);
  };

  const tryOnce = async (context: Context): Promise<Tried> => {
    try {
      await next?.execute(context);
      if (!context.response) throw new Error('No answer.');
      return { response: await buffered(context.response) };
    } catch (error) {
      if (error instanceof RequestFailed) throw error;
      return { error };
    }
  };

  return {
    setNext: (middleware) => {
      next = middleware;
    },
    async execute(context) {
      const { options } = context;
      const request: Sent = { url: urlOf(context.request), method: options?.method ?? 'GET' };
      for (let attempt = 1; ; attempt++) {
        await takeTurn();
        // Handlers further down append headers: each try starts with the original ones.
        const headers = new Headers(options?.headers);
        context.options = { ...options, headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) };
        const startedAt = now().getTime();
        const tried = await tryOnce(context);
        settings.onRequest?.(seen(request, tried, attempt, now().getTime() - startedAt));
        const waitMs = heard(tried, attempt);
        const again = attempt < tries && isWorthIt(request, tried, attempt);
        if (again && waitMs <= longestWaitMs) {
          settings.log?.('graph.retry', { ...request, url: routeOf(request.url), attempt, waitMs }, 'debug');
          await sleep(waitMs);
        } else if ('response' in tried) {
          context.response = tried.response;
          return;
        } else throw new RequestFailed(unreachable(tried.error, settings.baseUrl, attempt));
      }
    },
  };

  /** Takes note of what an answer said of the limit; answers how long to wait before another try. */
  function heard(tried: Tried, attempt: number): number {
    const own = backoffMs(attempt, random());
    if ('error' in tried) return own;
    const at = now();
    const { headers, status } = tried.response;
    const share = Number(headers.get('x-ms-throttle-limit-percentage') ?? Number.NaN);
    pace.heard(at.getTime(), Number.isNaN(share) ? undefined : share);
    const asked = retryAfterMs(headers.get('retry-after'), at);
    if (asked !== undefined && busy.has(status)) pace.holdUntil(at.getTime() + asked);
    return asked ?? own;
  }
}

type Sent = { readonly url: string; readonly method: string };

function isWorthIt({ url, method }: Sent, tried: Tried, attempt: number): boolean {
  // A batch of ours only reads, and every other method does the same when repeated.
  const repeatable = method !== 'POST' || new URL(url).pathname.endsWith('/$batch');
  if ('error' in tried) return repeatable;
  const { status } = tried.response;
  if (status === 401) return attempt === 1;
  return busy.has(status) || (repeatable && mayHaveBeenDone.has(status));
}

/** A response whose body has arrived completely. */
async function buffered(response: Response): Promise<Response> {
  const text = await response.text();
  const { status, statusText, headers } = response;
  return new Response(text === '' ? null : text, { status, statusText, headers });
}

const urlOf = (request: Context['request']): string =>
  typeof request === 'string' ? request : 'url' in request ? request.url : request.href;

const guids = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** The path of a request with ids replaced: what metrics and logs are grouped by. */
export const routeOf = (url: string): string => new URL(url).pathname.replaceAll(guids, '{id}');

function seen({ url, method }: Sent, tried: Tried, attempt: number, durationMs: number): RequestSeen {
  const response = 'response' in tried ? tried.response : undefined;
  const units = Number(response?.headers.get('x-ms-resource-unit') ?? 0);
  const status = response?.status;
  return { method, route: routeOf(url), status, units: Number.isNaN(units) ? 0 : units, durationMs, attempt };
}

function unreachable(error: unknown, baseUrl: string, attempts: number) {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return {
    code: 'UNREACHABLE',
    message: `${baseUrl} gave no answer (tries: ${attempts}): ${reason}. Check GRAPH_BASE_URL, the network, and NODE_EXTRA_CA_CERTS where the certificate is not public.`,
    retry: 'later',
  } as const;
}
