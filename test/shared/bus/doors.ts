import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** A server on loopback that passes everything on, and what it was asked for. */
export type Door = { readonly port: number; readonly asked: readonly string[]; close(): void };

/** The front of Service Bus on port 443: WebSockets (AMQPWSB10) in, AMQP to the broker out. */
export async function webSocketDoor(
  certificate: { readonly key: string; readonly cert: string },
  brokerPort: number,
): Promise<Door> {
  const asked: string[] = [];
  const server = createHttpsServer(certificate);
  const sockets = new WebSocketServer({
    server,
    handleProtocols: (protocols) => (protocols.has('AMQPWSB10') ? 'AMQPWSB10' : false),
  });
  sockets.on('connection', (socket, request) => {
    asked.push(request.url ?? '');
    const inward = createWebSocketStream(socket);
    const outward = connect(brokerPort, '127.0.0.1');
    inward.pipe(outward).pipe(inward);
    inward.on('error', () => outward.destroy());
    outward.on('error', () => inward.destroy());
  });
  return { asked, ...(await listen(server)) };
}

/**
 * An HTTP proxy that knows CONNECT and nothing else. `routes` are names of the internet, with their port, and the port
 * on loopback that stands for each; without them it goes where it is asked to.
 */
export async function proxyDoor(routes?: Readonly<Record<string, number>>): Promise<Door> {
  const asked: string[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(405).end());
  server.on('connect', ({ url = '' }, inward) => {
    asked.push(url);
    const [host = '', port = ''] = routes ? ['127.0.0.1', String(routes[url] ?? 1)] : url.split(':');
    const outward = connect(Number(port), host, () => {
      inward.write('HTTP/1.1 200 Connection established\r\n\r\n');
      inward.pipe(outward).pipe(inward);
    });
    inward.on('error', () => outward.destroy());
    outward.on('error', () => inward.destroy());
  });
  return { asked, ...(await listen(server)) };
}

export async function listen(server: Server): Promise<Pick<Door, 'port' | 'close'>> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('The door has no port.');
  return { port: address.port, close: () => void server.close() };
}
