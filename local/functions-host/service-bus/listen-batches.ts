import { openReceiver } from './listen-single.ts';
import type { Listener, ListenerContext } from './listener.ts';
import { receiveBatch } from './receive.ts';

const POLL_MS = 60_000;

/** One invocation at a time with up to `maxMessageBatchSize` messages. Their locks are not renewed, as in the real host. */
export function listenBatches(context: ListenerContext): Listener {
  return { done: listen(context) };
}

async function listen({
  client,
  trigger,
  settings,
  process,
  failures,
  stop,
}: ListenerContext): Promise<void> {
  const receiver = openReceiver(client, trigger.entity, 0);
  while (!stop.aborted) {
    try {
      const messages = await receiveBatch(receiver, settings.maxMessageBatchSize, POLL_MS, stop);
      failures.succeeded();
      await process(receiver, messages);
    } catch (error) {
      if (!stop.aborted) await failures.failed(error, stop);
    }
  }
  await receiver.close();
}
