import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { TypedData } from '../core/protocol.ts';
import type { Invoker } from '../invoker.ts';
import { traceContext } from '../trace.ts';
import { HttpRefusal, limitedBody } from './body.ts';
import { flatHeaders, type MatchedRequest } from './request.ts';

const INVOCATION_HEADER = 'x-ms-invocation-id';
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', INVOCATION_HEADER]);

/**
 * Answers a request of an app with `enableHttpStream`: the request goes to the server that the library opened at `address`,
 * under the id of an invocation that runs at the same time, and what comes back is passed on as it comes.
 */
export async function answerStreamed(
  invoker: Invoker,
  address: string,
  { target, parameters, url, incoming }: MatchedRequest,
  response: ServerResponse,
  limit: number,
): Promise<void> {
  const invocationId = randomUUID();
  const { connection: _, ...headers } = incoming.headers;
  const upstream = httpRequest(new URL(`${url.pathname}${url.search}`, address), {
    agent: false,
    method: incoming.method,
    headers: {
      ...headers,
      [INVOCATION_HEADER]: invocationId,
      'x-forwarded-host': url.host,
      'x-forwarded-proto': 'http',
    },
  });
  try {
    await Promise.all([
      forward(incoming, upstream, limit),
      receive(upstream, response),
      invoker
        .invoke(target.fn, {
          invocationId,
          traceContext: traceContext(headers.traceparent, headers.tracestate),
          input: { http: {} },
          triggerMetadata: {
            ...textData(parameters),
            Headers: { json: JSON.stringify(flatHeaders(incoming)) },
          },
        })
        .then(({ result }) => {
          if (result === undefined || result === null) throw new NothingReturned();
        }),
    ]);
  } catch (error) {
    if (!(error instanceof NothingReturned)) throw error;
    response.writeHead(204).end();
  } finally {
    upstream.destroy();
  }
}

/** The library sends no response at all for a handler that returns nothing. */
class NothingReturned extends Error {}

/** Sends the body on. A handler may answer without reading it, so only a body that is refused is a failure. */
async function forward(
  incoming: IncomingMessage,
  upstream: NodeJS.WritableStream,
  limit: number,
): Promise<void> {
  try {
    await pipeline(limitedBody(incoming, limit), upstream);
  } catch (error) {
    if (error instanceof HttpRefusal) throw error;
  }
}

async function receive(upstream: ReturnType<typeof httpRequest>, response: ServerResponse): Promise<void> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    upstream.once('response', resolve);
    upstream.on('error', reject);
  });
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name)) response.setHeader(name, value);
  }
  response.writeHead(answer.statusCode ?? 200).flushHeaders();
  await pipeline(answer, response);
}

function textData(values: Readonly<Record<string, string>>): Readonly<Record<string, TypedData>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { string: value }]));
}
