import type { RegisteredFunction } from './core/protocol.ts';
import type { Listener } from './service-bus/listener.ts';
import { type ServiceBusHost, startServiceBusListener } from './service-bus/start.ts';
import { isDisabled } from './settings/app-settings.ts';
import { startTimer, type Timer } from './timer/start.ts';

/** Everything that runs without an HTTP request. */
export type RunningTriggers = {
  readonly timers: ReadonlyMap<string, Timer>;
  readonly listeners: readonly Listener[];
};

/** Starts every enabled trigger except HTTP ones, which the HTTP server serves. Rejects for trigger types unknown here. */
export async function startTriggers(
  functions: Iterable<RegisteredFunction>,
  host: ServiceBusHost,
): Promise<RunningTriggers> {
  const timers = new Map<string, Timer>();
  const listeners: Listener[] = [];
  for (const fn of functions) {
    if (isDisabled(fn.name, host.environment)) continue;
    switch (fn.trigger.type) {
      case 'httpTrigger':
      case 'warmupTrigger':
        break;
      case 'timerTrigger':
        timers.set(fn.name, startTimer(fn, host.invoker, host.environment, host.stop));
        break;
      case 'serviceBusTrigger':
        listeners.push(await startServiceBusListener(fn, host));
        break;
      default:
        throw new Error(
          `Function "${fn.name}" has the trigger ${fn.trigger.type}. The local host has http, timer, Service Bus and warmup triggers.`,
        );
    }
  }
  return { timers, listeners };
}
