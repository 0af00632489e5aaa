import type { ServiceBusClient } from '@azure/service-bus';
import { pause } from '../../relay/pause.ts';
import { decode } from '../../shared/bus/index.ts';
import type { Comparison, Outcome } from '../../shared/domain/index.ts';

/** Takes outcomes from their queue, in the order of each object, until it is told to stop. */
export async function collectOutcomes(
  client: ServiceBusClient,
  signal: AbortSignal,
  found: (outcome: Outcome) => void,
  compared: (comparison: Comparison) => void = () => undefined,
): Promise<void> {
  const slot = async (): Promise<void> => {
    while (!signal.aborted) {
      const session = await client.acceptNextSession('outcomes').catch(() => undefined);
      if (!session) {
        await pause(100, signal);
        continue;
      }
      const messages = await session.receiveMessages(20, { maxWaitTimeInMs: 20 }).catch(() => []);
      for (const message of messages) {
        const read = decode('outcomes', message.body);
        if (!read.ok) throw new Error(read.reason);
        const done = await session.completeMessage(message).then(
          () => true,
          (error: unknown) => {
            // The relay or the test has ended meanwhile; the message comes again to whoever is there.
            if (!signal.aborted) throw error;
            return false;
          },
        );
        if (done && read.body.type === undefined) found(read.body);
        if (done && read.body.type === 'comparison') compared(read.body);
      }
      await session.close().catch(() => undefined);
    }
  };
  await Promise.all([slot(), slot(), slot(), slot()]);
}
