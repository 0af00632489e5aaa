import type { ServiceBusClient } from '@azure/service-bus';
import { connect } from '../../shared/bus/index.ts';
import { overWebSockets } from '../../shared/bus/web-sockets.ts';
import { busConnectionOf } from '../settings/secrets.ts';
import type { RelaySettings } from '../settings/settings.ts';

/** The namespace as relay.yaml says: AMQP, or WebSockets, and through a proxy where there is one. Connects with the first call. */
export async function busClient(settings: RelaySettings): Promise<ServiceBusClient> {
  const { transport, proxy } = settings.serviceBus;
  const way = transport === 'webSockets' || proxy ? overWebSockets(proxy) : {};
  return connect(await busConnectionOf(settings), way);
}
