import { randomUUID } from 'node:crypto';
import type { Core } from './core/core.ts';
import type {
  Invocation,
  InvocationOutcome,
  InvocationResponse,
  RegisteredFunction,
} from './core/protocol.ts';
import { type Log, summariseError } from './log.ts';

/** Sends what a function returned through its output bindings; resolves when the outputs have been accepted. */
export type SendOutputs = (fn: RegisteredFunction, response: InvocationResponse) => Promise<void>;

/** Runs invocations for all triggers and knows which are in flight. */
export type Invoker = {
  /** Rejects with what the handler, a hook or an output threw, after logging it. */
  invoke(fn: RegisteredFunction, invocation: PartialInvocation): Promise<InvocationOutcome>;
  /** Resolves when nothing is in flight. */
  idle(): Promise<void>;
  /** Names of the functions that are in flight, one per invocation. */
  running(): readonly string[];
};

type PartialInvocation = Omit<Invocation, 'invocationId'> & { readonly invocationId?: string };

export function createInvoker(core: Core, sendOutputs: SendOutputs, log: Log): Invoker {
  const inFlight = new Map<string, { readonly name: string; readonly done: Promise<unknown> }>();

  const run = async (fn: RegisteredFunction, invocation: Invocation): Promise<InvocationOutcome> => {
    const { invocationId } = invocation;
    const started = performance.now();
    const about = { function: fn.name, invocationId };
    log({ level: 'debug', event: 'invocation.started', message: `${fn.name} started`, ...about });
    try {
      const outcome = await core.invoke(fn, invocation);
      await sendOutputs(fn, outcome.response);
      const durationMs = Math.round(performance.now() - started);
      log({
        level: 'debug',
        event: 'invocation.succeeded',
        message: `${fn.name} succeeded`,
        ...about,
        durationMs,
      });
      return outcome;
    } catch (error) {
      const durationMs = Math.round(performance.now() - started);
      const summary = summariseError(error);
      const code = summary.code === undefined ? '' : ` [${summary.code}]`;
      const message = `${fn.name} failed${code}: ${summary.message}`;
      log({ level: 'error', event: 'invocation.failed', message, ...about, durationMs, error: summary });
      throw error;
    }
  };

  return {
    invoke(fn, partial) {
      const invocation = { ...partial, invocationId: partial.invocationId ?? randomUUID() };
      const done = run(fn, invocation).finally(() => inFlight.delete(invocation.invocationId));
      inFlight.set(invocation.invocationId, { name: fn.name, done });
      return done;
    },
    async idle() {
      while (inFlight.size > 0) await Promise.allSettled([...inFlight.values()].map(({ done }) => done));
    },
    running: () => [...inFlight.values()].map(({ name }) => name),
  };
}
