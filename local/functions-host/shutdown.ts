import { setTimeout as pause } from 'node:timers/promises';
import type { Core } from './core/core.ts';
import type { HttpServer } from './http/server.ts';
import type { Invoker } from './invoker.ts';
import type { Log } from './log.ts';
import type { ServiceBusClients } from './service-bus/clients.ts';
import type { Listener } from './service-bus/listener.ts';

/** How long the connections may take to close, in ms. */
const CLOSE_MS = 2_000;

/** The parts of a running host that a stop has to end. */
export type RunningParts = {
  readonly server: HttpServer;
  readonly listeners: readonly Listener[];
  readonly invoker: Invoker;
  readonly clients: ServiceBusClients;
  readonly core: Core;
  readonly withdrawCore: () => void;
  readonly log: Log;
};

/** Ends a host whose triggers have been told to take nothing more: waits up to `drainMs` for what is in flight, then closes. */
export async function shutDown(parts: RunningParts, drainMs: number): Promise<void> {
  const { server, listeners, invoker, clients, core, withdrawCore, log } = parts;
  server.stopListening();
  const settled = Promise.all(listeners.map(({ done }) => done));
  const drained = Promise.all([settled, invoker.idle()]).then(() => true);
  const inTime = await Promise.race([drained, pause(drainMs, false, { ref: false })]);
  if (!inTime) {
    const message = `Stopped after ${drainMs} ms with invocations in flight: ${invoker.running().join(', ') || 'none'}`;
    log({ level: 'warning', event: 'host.cut', message });
  }
  await server.close();
  // Without a broker the client waits for operations that can only time out.
  await Promise.race([clients.close(), pause(CLOSE_MS, undefined, { ref: false })]);
  await core.terminate();
  withdrawCore();
  log({ level: 'information', event: 'host.stopped', message: 'The host has stopped' });
}
