import type { ServerResponse } from 'node:http';
import type { HttpResponseData } from '../core/protocol.ts';
import type { Invoker } from '../invoker.ts';
import { traceContext } from '../trace.ts';
import { readBody } from './body.ts';
import { formatCookie } from './cookie.ts';
import { flatHeaders, type MatchedRequest } from './request.ts';

/** Answers a request whose body and response pass through memory: the way of apps without `enableHttpStream`. */
export async function answerBuffered(
  invoker: Invoker,
  { target, parameters, url, incoming }: MatchedRequest,
  response: ServerResponse,
  limit: number,
): Promise<void> {
  const bytes = await readBody(incoming, limit);
  const { headers } = incoming;
  const outcome = await invoker.invoke(target.fn, {
    traceContext: traceContext(headers.traceparent, headers.tracestate),
    input: {
      http: {
        method: incoming.method ?? 'GET',
        url: url.href,
        nullableHeaders: nullable(flatHeaders(incoming)),
        nullableParams: nullable(parameters),
        nullableQuery: nullable(joinedQuery(url.searchParams)),
        body: { bytes },
      },
    },
  });
  writeResponse(response, outcome.response.returnValue?.http);
}

function writeResponse(response: ServerResponse, answer: HttpResponseData | undefined): void {
  if (answer === undefined) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  if (answer.cookies !== undefined && answer.cookies.length > 0) {
    response.setHeader('set-cookie', answer.cookies.map(formatCookie));
  }
  response.statusCode = Number(answer.statusCode ?? 200);
  response.end(answer.body?.bytes);
}

function joinedQuery(query: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

function nullable(
  values: Readonly<Record<string, string>>,
): Readonly<Record<string, { readonly value: string }>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
}
