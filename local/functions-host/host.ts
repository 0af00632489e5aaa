import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { checkFunctions, createInvokeByName, findFunction } from './app-functions.ts';
import { createCore } from './core/core.ts';
import { loadEntry } from './core/load-entry.ts';
import { provideCoreModule } from './core/provide.ts';
import { createAuthorize } from './http/authorize.ts';
import { bodyLimit } from './http/body.ts';
import { listenHttp } from './http/server.ts';
import { httpFunctions } from './http/trigger.ts';
import { createInvoker } from './invoker.ts';
import { createLog, type LogEntry } from './log.ts';
import { createSendOutputs } from './outputs.ts';
import { createServiceBusClients } from './service-bus/clients.ts';
import { createServiceBusOutput } from './service-bus/output.ts';
import { applyAppSettings, isDisabled } from './settings/app-settings.ts';
import { readHostJson } from './settings/host-json.ts';
import type { FunctionKeys } from './settings/keys.ts';
import { shutDown } from './shutdown.ts';
import { startTriggers } from './start-triggers.ts';

export type FunctionsHostOptions = {
  /** The app's root, where host.json and perhaps local.settings.json are. */
  readonly directory: string;
  /** Entry module or glob relative to `directory`; without it `main` of package.json. */
  readonly entry?: string;
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
  /** Without keys every function is open. */
  readonly keys?: FunctionKeys;
  /** App settings; they are put into `process.env` and win over what is there. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log: (entry: LogEntry) => void;
};

export type FunctionSummary = { readonly name: string; readonly trigger: string };

export type FunctionsHost = {
  readonly url: string;
  readonly functions: readonly FunctionSummary[];
  /**
   * Runs a timer or Service Bus function once, the latter with `input` as the message body, and resolves with what it returned
   * (nothing for a timer). Rejects with what it threw.
   */
  invoke(name: string, input?: unknown): Promise<unknown>;
  /**
   * Takes nothing more, lets what is in flight end (at most `drainMs`, by default 30 s), then closes everything. May be
   * called again: all calls share one stop. The Service Bus client can hold timers for up to a minute longer, which keep a
   * process alive that does not exit by itself.
   */
  stop(drainMs?: number): Promise<void>;
};

/**
 * Starts the app in this process. One app per process: `@azure/functions` keeps its state in module variables, so a second host
 * for the same entry finds no functions and is refused; run `main.ts` as its own process for that.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { keys, host = '127.0.0.1', port = 0 } = options;
  const directory = resolve(options.directory);
  const environment = process.env;
  const log = createLog(options.log);
  const { routePrefix, serviceBus } = await readHostJson(directory);
  await applyAppSettings(directory, options.settings ?? {}, environment);

  const core = createCore(({ category, ...entry }) =>
    log({ event: category === 'user' ? 'app.log' : 'library.log', ...entry }),
  );
  const withdrawCore = provideCoreModule(core.module);
  const clients = createServiceBusClients(environment);
  const invoker = createInvoker(core, createSendOutputs(createServiceBusOutput(clients, environment)), log);
  const stopping = new AbortController();
  // Every place for a session waits for this signal.
  setMaxListeners(0, stopping.signal);

  try {
    await loadEntry(directory, options.entry);
    const functions = [...core.functions.values()];
    checkFunctions(functions, keys);
    await core.start(directory);
    const triggers = { clients, settings: serviceBus, environment, invoker, log, stop: stopping.signal };
    const { timers, listeners } = await startTriggers(functions, triggers);
    const invoke = createInvokeByName(functions, timers, invoker);

    const enabled = functions.filter(({ name }) => !isDisabled(name, environment));
    const server = await listenHttp(
      {
        functions: httpFunctions(enabled, routePrefix),
        invoker,
        authorize: createAuthorize(keys),
        administration: {
          names: () => functions.map(({ name }) => name),
          start(name, input) {
            const fn = findFunction(functions, name);
            if (fn === undefined || fn.trigger.type === 'httpTrigger') return false;
            // Its failure is logged by the invoker; nobody waits for it here.
            invoke(name, input).catch(() => undefined);
            return true;
          },
        },
        streamAddress: core.streamAddress(),
        limit: bodyLimit(environment),
        log,
      },
      host,
      port,
    );
    log({
      level: 'information',
      event: 'host.started',
      message: `${functions.length} functions at ${server.url}`,
    });

    let stopped: Promise<void> | undefined;
    return {
      url: server.url,
      functions: functions.map(({ name, trigger }) => ({ name, trigger: trigger.type })),
      invoke,
      stop(drainMs = 30_000) {
        stopping.abort();
        stopped ??= shutDown({ server, listeners, invoker, clients, core, withdrawCore, log }, drainMs);
        return stopped;
      },
    };
  } catch (error) {
    stopping.abort();
    withdrawCore();
    await clients.close();
    await core.terminate();
    throw error;
  }
}
