import type { RegisteredFunction } from './core/protocol.ts';
import type { SendOutputs } from './invoker.ts';
import type { ServiceBusOutput } from './service-bus/output.ts';

/** Sends what an invocation left in its output bindings. HTTP responses are not sent here but answered by the server. */
export function createSendOutputs(serviceBus: ServiceBusOutput): SendOutputs {
  return async (fn, { outputData = [], returnValue }) => {
    const returned =
      returnValue === null || returnValue === undefined ? [] : [{ name: '$return', data: returnValue }];
    for (const { name, data } of [...outputData, ...returned]) {
      const binding = fn.metadata.bindings[name];
      if (binding?.type === 'serviceBus') await serviceBus.send(binding, data);
    }
  };
}

const KNOWN_OUTPUTS = new Set(['http', 'serviceBus']);

/** Refuses at start-up what would otherwise be lost in silence: inputs and outputs that this host does not have. */
export function checkBindings({ name, metadata, triggerName }: RegisteredFunction): void {
  for (const [binding, { type, direction }] of Object.entries(metadata.bindings)) {
    if (binding === triggerName || (direction === 'out' && KNOWN_OUTPUTS.has(type))) continue;
    throw new Error(
      `Function "${name}" has the ${direction === 'in' ? 'input' : 'output'} binding "${binding}" of type ${type}. The local host has outputs of type ${[...KNOWN_OUTPUTS].join(' and ')} only.`,
    );
  }
}
