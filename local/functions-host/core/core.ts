import type { Server } from 'node:net';
import { createHooks } from './hooks.ts';
import { collectOpenedServers } from './opened-servers.ts';
import { type PipelineLog, runPipeline } from './pipeline.ts';
import type {
  CoreModule,
  Invocation,
  InvocationOutcome,
  LogCategory,
  LogLevel,
  ProgrammingModel,
  RegisteredFunction,
} from './protocol.ts';
import { createRegistry } from './registry.ts';

/** A log line of the app (`user`) or of the library (`system`), after the app's log hooks. */
export type CoreLog = (entry: {
  readonly level: LogLevel;
  readonly category: LogCategory;
  readonly message: string;
  readonly function?: string;
  readonly invocationId?: string;
}) => void;

/** The worker's side of the library: registration, hooks and the invocation pipeline of one app. */
export type Core = {
  /** What the library sees as `@azure/functions-core`. */
  readonly module: CoreModule;
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  /** Call once, after the entry module has loaded: runs `appStart` hooks and locks registration and `app.setup`. */
  start(directory: string): Promise<void>;
  /** Where the library expects HTTP requests, when the app asked for `enableHttpStream`; otherwise undefined. */
  streamAddress(): string | undefined;
  invoke(fn: RegisteredFunction, invocation: Invocation): Promise<InvocationOutcome>;
  /** Runs `appTerminate` hooks and closes what the library left open. */
  terminate(): Promise<void>;
};

export function createCore(log: CoreLog): Core {
  const hooks = createHooks();
  const registry = createRegistry();
  const appHookData = {};
  let model: ProgrammingModel | undefined;
  let capabilities: Readonly<Record<string, string>> = {};
  let servers: readonly Server[] = [];

  const emit: PipelineLog = (entry, source) => {
    const hooked = { ...entry, hookData: {}, invocationContext: source.context };
    hooks.runLog(hooked);
    // Hooks may rewrite what the app logs, never what the library logs.
    const { level, message } = entry.category === 'user' ? hooked : entry;
    log({
      level,
      category: entry.category,
      message,
      function: source.function,
      invocationId: source.invocationId,
    });
  };

  return {
    functions: registry.functions,
    module: {
      registerFunction: registry.register,
      registerHook: hooks.register,
      setProgrammingModel: (given) => {
        model = given;
      },
      log: (level, category, message) => {
        hooks.runLog({ level, category, message, hookData: {}, invocationContext: undefined });
        log({ level, category, message });
      },
    },
    async start(directory) {
      await hooks.run('appStart', { functionAppDirectory: directory, hookData: appHookData });
      const opened = await collectOpenedServers(async () => model?.getCapabilities({}) ?? {});
      capabilities = opened.result;
      servers = opened.servers;
      registry.lock();
    },
    streamAddress: () => capabilities.HttpUri,
    async invoke(fn, invocation) {
      if (model === undefined)
        throw new Error('No programming model: the entry module registered no function.');
      return runPipeline(model, hooks, emit, fn, invocation);
    },
    async terminate() {
      try {
        await hooks.run('appTerminate', { hookData: appHookData });
      } finally {
        for (const server of servers) server.close();
      }
    },
  };
}
