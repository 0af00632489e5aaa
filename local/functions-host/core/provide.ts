import { registerHooks } from 'node:module';
import type { CoreModule } from './protocol.ts';

const SPECIFIER = '@azure/functions-core';
const ADDRESS = 'functions-core:module';
const GLOBAL = Symbol.for('local.functions-host.core');

/**
 * Answers `require('@azure/functions-core')` and `import` of it with `module`, for every copy of `@azure/functions`
 * in this process, the bundled ones included. Returns the function that withdraws it.
 *
 * The real worker patches `Module.prototype.require` for the same purpose; module hooks need no patch and also serve `import`.
 */
export function provideCoreModule(module: CoreModule): () => void {
  Object.defineProperty(globalThis, GLOBAL, { value: module, configurable: true });
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== SPECIFIER) return next(specifier, context);
      return { url: ADDRESS, format: 'commonjs', shortCircuit: true };
    },
    load(url, context, next) {
      if (url !== ADDRESS) return next(url, context);
      const source = `module.exports = globalThis[Symbol.for('${GLOBAL.description}')];`;
      return { format: 'commonjs', source, shortCircuit: true };
    },
  });
  return () => hooks.deregister();
}
