import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Invoker } from '../invoker.ts';
import { type Log, summariseError } from '../log.ts';
import { type Administration, answerAdmin } from './admin.ts';
import { type Authorize, presentedKey } from './authorize.ts';
import { HttpRefusal, refuseAnnouncedBody } from './body.ts';
import { answerBuffered } from './buffered.ts';
import { answerStreamed } from './streamed.ts';
import { type HttpFunction, matchFunction } from './trigger.ts';

export type HttpServerOptions = {
  readonly functions: readonly HttpFunction[];
  readonly invoker: Invoker;
  readonly authorize: Authorize;
  readonly administration: Administration;
  /** Where the library takes requests when the app streams. */
  readonly streamAddress: string | undefined;
  /** Largest request body, in bytes. */
  readonly limit: number;
  readonly log: Log;
};

export type HttpServer = {
  readonly url: string;
  /** Takes no more connections and ends idle ones; requests under way go on. */
  stopListening(): void;
  /** Cuts what is left. */
  close(): Promise<void>;
};

/** Listens on `host:port` (port 0: any free one) for function routes and `/admin`. */
export async function listenHttp(
  options: HttpServerOptions,
  host: string,
  port: number,
): Promise<HttpServer> {
  let stopping = false;
  const server: Server = createServer((request, response) => {
    if (stopping) response.setHeader('connection', 'close');
    answer(options, request, response).catch((error: unknown) => fail(options.log, request, response, error));
  });
  // Longer than clients keep a connection, or a reused one breaks just as it closes (Kestrel: 130 s).
  server.keepAliveTimeout = 130_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));

  return {
    url: `http://${host}:${addressOf(server).port}`,
    stopListening() {
      stopping = true;
      server.close();
    },
    async close() {
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  options: HttpServerOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { functions, invoker, authorize, administration, streamAddress, limit } = options;
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  const key = presentedKey(incoming.headers, url.searchParams);

  if (url.pathname.startsWith('/admin/')) {
    if (!authorize('admin', undefined, key))
      throw new HttpRefusal(401, 'The master key is missing or wrong.');
    return answerAdmin(administration, incoming, url.pathname, response, limit);
  }
  const found = matchFunction(functions, incoming.method ?? 'GET', url.pathname);
  if (found === undefined) throw new HttpRefusal(404, 'No function has this route and method.');
  if (!authorize(found.target.authLevel, found.target.fn.name, key)) {
    throw new HttpRefusal(401, `The key for ${found.target.fn.name} is missing or wrong.`);
  }
  refuseAnnouncedBody(incoming, limit);
  const request = { ...found, url, incoming };
  if (streamAddress === undefined) await answerBuffered(invoker, request, response, limit);
  else await answerStreamed(invoker, streamAddress, request, response, limit);
}

/** Failures of handlers are logged where they happen; here only the client's answer is left, without details, as in Azure. */
function fail(log: Log, request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const status = error instanceof HttpRefusal ? error.status : error instanceof URIError ? 400 : 500;
  if (status !== 500) {
    const path = request.url?.split('?')[0] ?? '';
    const summary = summariseError(error);
    log({
      level: 'debug',
      event: 'http.refused',
      message: `${request.method} ${path}: ${status} ${summary.message}`,
    });
  }
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-length': 0 }).end();
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The HTTP server has no port.');
  return address;
}
