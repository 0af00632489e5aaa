import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request with its body read. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An answer; `body` is sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A listening HTTP server. */
export interface HttpServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Stops at once, cutting requests that are not answered yet. */
  stop(): Promise<void>;
}

/**
 * Listens on loopback.
 *
 * @param port 0 takes a free one
 * @param answer undefined leaves the request unanswered
 */
export async function startHttpServer(
  port: number,
  answer: (request: Request) => Answer | undefined,
): Promise<HttpServer> {
  const server = createServer((incoming, response) => {
    readAll(incoming)
      .then((body) => send(response, answer(toRequest(incoming, body))))
      .catch((error: unknown) => send(response, { status: 500, body: { error: String(error) } }));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * The port in what `server.address()` answers.
 *
 * @throws when the server does not listen on a port
 */
export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string')
    throw new Error('The server does not listen on a port.');
  return address.port;
}

function toRequest(incoming: IncomingMessage, body: Buffer): Request {
  const url = new URL(incoming.url ?? '/', 'http://sink');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    body,
  };
}

function send(response: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined) return;
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}
