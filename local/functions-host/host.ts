import { setMaxListeners } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createCore } from './core/core.ts';
import { loadEntry } from './core/load-entry.ts';
import type { RegisteredFunction } from './core/protocol.ts';
import { provideCoreModule } from './core/provide.ts';
import { createAuthorize } from './http/authorize.ts';
import { bodyLimit } from './http/body.ts';
import { listenHttp } from './http/server.ts';
import { httpFunctions } from './http/trigger.ts';
import { createInvoker } from './invoker.ts';
import { createLog, type LogEntry } from './log.ts';
import { checkBindings, createSendOutputs } from './outputs.ts';
import { createServiceBusClients } from './service-bus/clients.ts';
import { createServiceBusOutput } from './service-bus/output.ts';
import { applyAppSettings, isDisabled } from './settings/app-settings.ts';
import { readHostJson } from './settings/host-json.ts';
import type { FunctionKeys } from './settings/keys.ts';
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
   * called again: all calls share one stop.
   */
  stop(drainMs?: number): Promise<void>;
};

/**
 * Starts the app in this process. One app per process: `@azure/functions` keeps its state in module variables, so a second host
 * for the same entry finds no functions and is refused; run `main.ts` as its own process for that.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const directory = resolve(options.directory);
  const environment = process.env;
  const log = createLog(options.log);
  const settings = await readHostJson(directory);
  await applyAppSettings(directory, options.settings ?? {}, environment);

  const core = createCore(({ category, ...entry }) =>
    log({ event: category === 'user' ? 'app.log' : 'library.log', ...entry }),
  );
  const withdrawCore = provideCoreModule(core.module);
  const clients = createServiceBusClients(environment);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const abandonStart = async (): Promise<void> => {
    stopping.abort();
    withdrawCore();
    await clients.close();
    await core.terminate();
  };

  try {
    await loadEntry(directory, options.entry);
    const functions = [...core.functions.values()];
    checkFunctions(functions, options.keys);
    await core.start(directory);

    const invoker = createInvoker(core, createSendOutputs(createServiceBusOutput(clients, environment)), log);
    const triggers = await startTriggers(functions, {
      clients,
      settings: settings.serviceBus,
      environment,
      invoker,
      log,
      stop: stopping.signal,
    });

    const invoke = async (name: string, input?: unknown): Promise<unknown> => {
      const fn = findFunction(functions, name);
      if (fn === undefined)
        throw new Error(`No function is called "${name}". There are: ${namesOf(functions)}.`);
      if (fn.trigger.type === 'httpTrigger')
        throw new Error(`"${fn.name}" is an HTTP function: send it a request.`);
      const timer = triggers.timers.get(fn.name);
      if (timer !== undefined) return timer.fire();
      const text = typeof input === 'string' ? input : JSON.stringify(input ?? '');
      return (await invoker.invoke(fn, { input: { string: text } })).result;
    };

    const server = await listenHttp(
      {
        functions: httpFunctions(
          functions.filter(({ name }) => !isDisabled(name, environment)),
          settings.routePrefix,
        ),
        invoker,
        authorize: createAuthorize(options.keys),
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
      options.host ?? '127.0.0.1',
      options.port ?? 0,
    );
    log({
      level: 'information',
      event: 'host.started',
      message: `${functions.length} functions at ${server.url}`,
    });

    const stop = async (drainMs: number): Promise<void> => {
      stopping.abort();
      server.stopListening();
      const receiversDone = Promise.all(triggers.listeners.map(({ done }) => done));
      const drained = Promise.all([receiversDone, invoker.idle()]).then(() => true);
      const inTime = await Promise.race([drained, pause(drainMs, false, { ref: false })]);
      if (!inTime) {
        const message = `Stopped after ${drainMs} ms with invocations in flight: ${invoker.running().join(', ') || 'none'}`;
        log({ level: 'warning', event: 'host.cut', message });
      }
      await server.close();
      await clients.close();
      await core.terminate();
      withdrawCore();
      log({ level: 'information', event: 'host.stopped', message: 'The host has stopped' });
    };

    let stopped: Promise<void> | undefined;
    return {
      url: server.url,
      functions: functions.map(({ name, trigger }) => ({ name, trigger: trigger.type })),
      invoke,
      stop(drainMs = 30_000) {
        stopped ??= stop(drainMs);
        return stopped;
      },
    };
  } catch (error) {
    await abandonStart();
    throw error;
  }
}

function checkFunctions(functions: readonly RegisteredFunction[], keys: FunctionKeys | undefined): void {
  if (functions.length === 0) {
    throw new Error(
      'The entry module registered no function. If another host in this process has loaded it before, start local/functions-host/main.ts as its own process instead.',
    );
  }
  functions.forEach(checkBindings);
  for (const name of Object.keys(keys?.functions ?? {})) {
    if (functions.some((fn) => fn.name === name)) continue;
    throw new Error(
      `There is a key for the function "${name}", which does not exist. There are: ${namesOf(functions)}.`,
    );
  }
}

/** Function names are compared without case, as in the real host's addresses. */
function findFunction(
  functions: readonly RegisteredFunction[],
  name: string,
): RegisteredFunction | undefined {
  return functions.find((fn) => fn.name.toLowerCase() === name.toLowerCase());
}

function namesOf(functions: readonly RegisteredFunction[]): string {
  return functions.map(({ name }) => name).join(', ');
}
