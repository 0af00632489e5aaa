import { HttpsProxyAgent } from 'https-proxy-agent';
import { WebSocket } from 'ws';
import type { BusTransport } from './bus.ts';

/**
 * AMQP over WebSockets on port 443, for networks that let nothing else out (Service Bus, "AMQP outbound
 * port"). With `proxy`, the address of an HTTP proxy such as http://proxy.corp.example:8080, through
 * its CONNECT; name and password for the proxy stand in the address. Only who connects by this
 * needs the two libraries, so it is not part of index.ts.
 */
export function overWebSockets(proxy?: string): BusTransport {
  const agent = proxy === undefined ? undefined : new HttpsProxyAgent(proxy);
  return { webSocketOptions: { webSocket: WebSocket, webSocketConstructorOptions: { agent } } };
}
