import type { RegisteredFunction } from '../core/protocol.ts';
import type { Invoker } from '../invoker.ts';
import type { Log } from '../log.ts';
import type { Environment } from '../settings/app-settings.ts';
import type { ServiceBusSettings } from '../settings/host-json.ts';
import type { ServiceBusClients } from './clients.ts';
import { listenBatches } from './listen-batches.ts';
import { listenSessions } from './listen-sessions.ts';
import { listenSingle } from './listen-single.ts';
import type { Listener, ListenerContext } from './listener.ts';
import { createProcess } from './process.ts';
import { createReceiveFailures } from './receive-failures.ts';
import { parseServiceBusTrigger } from './trigger.ts';

export type ServiceBusHost = {
  readonly clients: ServiceBusClients;
  readonly settings: ServiceBusSettings;
  readonly environment: Environment;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly stop: AbortSignal;
};

/** Starts to receive for one function. Rejects when its trigger or connection is not usable. */
export async function startServiceBusListener(
  fn: RegisteredFunction,
  host: ServiceBusHost,
): Promise<Listener> {
  const { clients, settings, environment, invoker, log, stop } = host;
  const trigger = parseServiceBusTrigger(fn, settings, environment);
  const context: ListenerContext = {
    client: await clients.client(trigger.connection),
    trigger,
    settings,
    process: createProcess(fn, trigger, invoker, log),
    failures: createReceiveFailures(fn.name, log),
    stop,
  };
  if (trigger.sessions) return listenSessions(context);
  return trigger.many ? listenBatches(context) : listenSingle(context);
}
