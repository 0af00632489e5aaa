import type { RegisteredFunction } from './core/protocol.ts';
import type { Invoker } from './invoker.ts';
import { checkBindings } from './outputs.ts';
import type { FunctionKeys } from './settings/keys.ts';
import type { Timer } from './timer/start.ts';

type Functions = readonly RegisteredFunction[];

/** Refuses an app that cannot run here: without functions, with bindings unknown here, or with keys for functions it has not. */
export function checkFunctions(functions: Functions, keys: FunctionKeys | undefined): void {
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
export function findFunction(functions: Functions, name: string): RegisteredFunction | undefined {
  return functions.find((fn) => fn.name.toLowerCase() === name.toLowerCase());
}

/** Runs a function by hand, by name; see {@link FunctionsHost.invoke} for what it promises. */
export function createInvokeByName(
  functions: Functions,
  timers: ReadonlyMap<string, Timer>,
  invoker: Invoker,
): (name: string, input: unknown) => Promise<unknown> {
  return async (name, input) => {
    const fn = findFunction(functions, name);
    if (fn === undefined)
      throw new Error(`No function is called "${name}". There are: ${namesOf(functions)}.`);
    if (fn.trigger.type === 'httpTrigger')
      throw new Error(`"${fn.name}" is an HTTP function: send it a request.`);
    const timer = timers.get(fn.name);
    if (timer !== undefined) return timer.fire();
    const text = typeof input === 'string' ? input : JSON.stringify(input ?? '');
    return (await invoker.invoke(fn, { input: { string: text } })).result;
  };
}

function namesOf(functions: Functions): string {
  return functions.map(({ name }) => name).join(', ');
}
