import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { generate } from 'selfsigned';
import { trust } from './world.ts';

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** What to answer: status, headers and body; or a function that does what no answer can say. */
export type Script =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly body?: unknown }
  | ((response: ServerResponse) => void);

let certificate: ReturnType<typeof generate> | undefined;

/** A throw-away HTTPS server that answers by a script, one entry per request, and keeps what it was asked. */
export async function startServer() {
  certificate ??= generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const { private: key, cert } = await certificate;
  trust(cert);
  const asked: Asked[] = [];
  const script: Script[] = [];
  const server = createServer({ key, cert }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url: path = '', headers } = request;
    asked.push({ method, path, headers, body: Buffer.concat(chunks).toString() });
    const next = script.shift();
    if (typeof next === 'function') return next(response);
    if (!next) return response.writeHead(599).end('nothing in the script');
    const text = typeof next.body === 'string' ? next.body : JSON.stringify(next.body ?? null);
    response.writeHead(next.status ?? 200, { 'content-type': 'application/json', ...next.headers });
    return response.end(next.status === 204 ? undefined : text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `https://127.0.0.1:${address.port}`,
    asked,
    script,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

export type ScriptedServer = Awaited<ReturnType<typeof startServer>>;
