import type { ServiceBusReceivedMessage, ServiceBusReceiver } from '@azure/service-bus';
import type { RegisteredFunction } from '../core/protocol.ts';
import type { Invoker } from '../invoker.ts';
import { type Log, summariseError } from '../log.ts';
import { batchInvocation, singleInvocation } from './invocation.ts';
import type { ServiceBusTrigger } from './trigger.ts';

export type ProcessMessages = (
  receiver: ServiceBusReceiver,
  messages: readonly ServiceBusReceivedMessage[],
) => Promise<void>;

/**
 * Runs the function for the messages and settles them as the real host does: all completed after success (unless the app said it
 * does that itself), all abandoned at once after a failure, whatever auto-complete says. Never rejects.
 */
export function createProcess(
  fn: RegisteredFunction,
  trigger: ServiceBusTrigger,
  invoker: Invoker,
  log: Log,
): ProcessMessages {
  const settle = async (action: string, settling: readonly Promise<void>[]): Promise<void> => {
    for (const result of await Promise.allSettled(settling)) {
      if (result.status === 'fulfilled') continue;
      const error = summariseError(result.reason);
      const message = `${fn.name}: a message could not be ${action} [${error.code ?? error.name}]`;
      log({ level: 'error', event: 'message.unsettled', message, function: fn.name, error });
    }
  };

  return async (receiver, messages) => {
    const [first] = messages;
    if (first === undefined) return;
    try {
      const invocation = trigger.many
        ? batchInvocation(messages, trigger.binary)
        : singleInvocation(first, trigger.binary);
      await invoker.invoke(fn, invocation);
    } catch {
      await settle(
        'abandoned',
        messages.map((message) => receiver.abandonMessage(message)),
      );
      return;
    }
    if (trigger.autoComplete)
      await settle(
        'completed',
        messages.map((message) => receiver.completeMessage(message)),
      );
  };
}
