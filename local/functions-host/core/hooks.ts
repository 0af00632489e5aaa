import type { Disposable, HookCallback } from './protocol.ts';

export type HookName = 'appStart' | 'appTerminate' | 'preInvocation' | 'postInvocation' | 'log';

/** Hooks in the order in which the app registered them. */
export type Hooks = {
  register(name: string, callback: HookCallback): Disposable;
  /** Runs the hooks of one name one after the other; the first that throws ends it. */
  run(name: HookName, context: Record<string, unknown>): Promise<void>;
  /** Log hooks cannot be awaited: a log call is synchronous. */
  runLog(context: Record<string, unknown>): void;
};

export function createHooks(): Hooks {
  const registered = new Map<string, readonly HookCallback[]>();
  const of = (name: string): readonly HookCallback[] => registered.get(name) ?? [];

  return {
    register(name, callback) {
      registered.set(name, [...of(name), callback]);
      return {
        dispose: () => {
          registered.set(
            name,
            of(name).filter((other) => other !== callback),
          );
        },
      };
    },
    async run(name, context) {
      for (const hook of of(name)) await hook(context);
    },
    runLog(context) {
      for (const hook of of('log')) hook(context);
    },
  };
}
