import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the health endpoint shows. `healthy` decides between 200 and 503. */
export type Health = { readonly healthy: boolean } & Readonly<Record<string, unknown>>;

export type HealthServer = { readonly port: number; close(): Promise<void> };

/** Serves `GET /health` on loopback only: nothing on-premises listens to the network. */
export async function serveHealth(port: number, health: () => Health): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const known = request.url === '/health' && (request.method === 'GET' || request.method === 'HEAD');
    const body = known ? health() : { error: 'Only GET /health is served here.' };
    const status = !known ? 404 : 'healthy' in body && body.healthy ? 200 : 503;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify(body, undefined, 2)}\n`);
  });
  await listen(server, port);
  const address: AddressInfo | string | null = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      fail(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is in use. Is another relay running? Set health.port in relay.yaml.`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', () => done());
  });
