import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Container } from './amqp/rhea.ts';

/** As Azure announces them: frames of 64 KB, 5,000 AMQP sessions per connection, two minutes of silence. */
const limits = { max_frame_size: 65_536, channel_max: 4_999, idle_time_out: 120_000 };

/** The port that clients connect to; it can be closed and opened again. */
export interface Listener {
  readonly port: number;
  /** Listens again on the same port; does nothing when it does already. */
  open(): Promise<void>;
  /** Cuts all connections and stops listening; does nothing when that is so already. */
  close(): Promise<void>;
  dropClients(): void;
}

/** @throws Error when the port is taken */
export async function createListener(container: Container, host: string, port: number): Promise<Listener> {
  const sockets = new Set<Socket>();
  let server: Server | undefined = await listen(container, host, port, sockets);
  const boundPort = portOf(server);

  const dropClients = (): void => {
    // With an error, so that rhea notices the end and stops its timers.
    for (const socket of sockets) socket.destroy(new Error('Cut by the local broker.'));
  };
  return {
    port: boundPort,
    dropClients,
    open: async () => {
      server ??= await listen(container, host, boundPort, sockets);
    },
    close: async () => {
      const closing = server;
      if (closing === undefined) return;
      server = undefined;
      const closed = once(closing, 'close');
      closing.close();
      dropClients();
      await closed;
    },
  };
}

async function listen(
  container: Container,
  host: string,
  port: number,
  sockets: Set<Socket>,
): Promise<Server> {
  const server = container.listen({ ...limits, host, port, tcp_no_delay: true, reconnect: false });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The broker has no TCP port.');
  return address.port;
}
