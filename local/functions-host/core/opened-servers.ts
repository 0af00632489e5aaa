import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Server } from 'node:net';

// Node publishes every server that starts to listen: https://nodejs.org/api/diagnostics_channel.html
const LISTENING = 'tracing:net.server.listen:asyncEnd';

/**
 * Runs `action` and returns with its result every server that began to listen meanwhile. With `enableHttpStream` the library
 * opens a server that it never closes and hands to nobody; without this a stopped host would keep the process alive.
 */
export async function collectOpenedServers<T>(
  action: () => Promise<T>,
): Promise<{ readonly result: T; readonly servers: readonly Server[] }> {
  const servers: Server[] = [];
  const record = (message: unknown): void => {
    if (typeof message !== 'object' || message === null || !('server' in message)) return;
    if (message.server instanceof Server) servers.push(message.server);
  };
  subscribe(LISTENING, record);
  try {
    return { result: await action(), servers };
  } finally {
    unsubscribe(LISTENING, record);
  }
}
