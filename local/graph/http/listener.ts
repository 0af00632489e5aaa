import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Json } from '../tenant/objects.ts';
import type { Answer, Dispatch } from './dispatch.ts';
import { callIdsOf, errorReply, headersOf } from './envelope.ts';
import type { Method } from './exchange.ts';
import { tooLarge } from './graph-error.ts';

export type Listening = { readonly url: string; close(): Promise<void> };

const methods: readonly string[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const isMethod = (method: string | undefined): method is Method =>
  method !== undefined && methods.includes(method);

/** Graph's limit of a request body. */
const bodyLimit = 4 * 1024 * 1024;

/** The body, read to its end; undefined where it is beyond the limit. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const buffer = Buffer.from(chunk);
    size += buffer.length;
    if (size <= bodyLimit) chunks.push(buffer);
  }
  return size > bodyLimit ? undefined : Buffer.concat(chunks).toString('utf8');
};

const parsed = (text: string): Json | undefined => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const send = (response: ServerResponse, { reply, ids, usage, cut }: Answer): void => {
  if (cut === 'start') {
    response.destroy();
    return;
  }
  const text = reply.text ?? (reply.body === undefined ? '' : JSON.stringify(reply.body));
  const bytes = Buffer.from(text);
  response.writeHead(reply.status, {
    ...headersOf(reply, ids, usage),
    ...(bytes.length > 0 ? { 'content-length': bytes.length } : {}),
  });
  if (cut === 'body') {
    response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
    return;
  }
  response.end(bytes);
};

const answer = async (
  request: IncomingMessage,
  response: ServerResponse,
  dispatch: Dispatch,
): Promise<void> => {
  const { method } = request;
  if (!isMethod(method)) {
    response.writeHead(405).end();
    return;
  }
  const body = await readBody(request);
  const header = (name: string) => {
    const value = request.headers[name];
    return Array.isArray(value) ? value[0] : value;
  };
  if (body === undefined) {
    const ids = callIdsOf(header('client-request-id'));
    send(response, { reply: errorReply(tooLarge(), ids), ids, usage: undefined });
    return;
  }
  const target = (request.url ?? '/').replace(/^\/+/, '/');
  send(
    response,
    await dispatch({ method, target, header, body: parsed(body), origin: `https://${header('host')}` }),
  );
};

/** Listens on HTTPS; port 0 takes a free one. */
export const listen = (
  dispatch: Dispatch,
  tls: { key: string; cert: string },
  host: string,
  port: number,
): Promise<Listening> =>
  new Promise((resolve, reject) => {
    const server: Server = createServer(tls, (request, response) => {
      answer(request, response, dispatch).catch(() => response.destroy());
    });
    server.keepAliveTimeout = 65_000;
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address ? address.port : port;
      resolve({
        url: `https://${host}:${bound}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeAllConnections();
          }),
      });
    });
  });
