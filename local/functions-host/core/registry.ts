import type { Disposable, FunctionCallback, FunctionMetadata, RegisteredFunction } from './protocol.ts';

/** The functions of the app. Open while the entry module loads, locked afterwards, as in the worker. */
export type Registry = {
  readonly functions: ReadonlyMap<string, RegisteredFunction>;
  register(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
  lock(): void;
};

export function createRegistry(): Registry {
  const functions = new Map<string, RegisteredFunction>();
  let locked = false;

  return {
    functions,
    register(metadata, callback) {
      const { name } = metadata;
      if (locked) {
        throw new Error(
          `Function "${name}" was registered after start-up. Azure refuses that too: call app.* at the top level of the entry module.`,
        );
      }
      if (functions.has(name)) {
        throw new Error(`Two functions are called "${name}". Names are unique within an app: rename one.`);
      }
      functions.set(name, { name, metadata, callback, ...findTrigger(metadata) });
      return { dispose: () => void functions.delete(name) };
    },
    lock() {
      locked = true;
    },
  };
}

function findTrigger({
  name,
  bindings,
}: FunctionMetadata): Pick<RegisteredFunction, 'trigger' | 'triggerName'> {
  const found = Object.entries(bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (found === undefined) {
    throw new Error(
      `Function "${name}" has no trigger among its bindings: ${Object.keys(bindings).join(', ')}.`,
    );
  }
  return { triggerName: found[0], trigger: found[1] };
}
