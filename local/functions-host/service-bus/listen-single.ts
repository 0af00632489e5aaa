import { once } from 'node:events';
import type { ServiceBusReceiver } from '@azure/service-bus';
import type { Listener, ListenerContext } from './listener.ts';

/** One message per invocation, at most `maxConcurrentCalls` at a time, each lock renewed while its handler runs. */
export function listenSingle(context: ListenerContext): Listener {
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
  const receiver = openReceiver(client, trigger.entity, settings.maxAutoLockRenewalDuration);
  const inFlight = new Set<Promise<void>>();
  const subscription = receiver.subscribe(
    {
      async processMessage(message) {
        failures.succeeded();
        const done = process(receiver, [message]);
        inFlight.add(done);
        await done;
        inFlight.delete(done);
      },
      // The client goes on by itself after every error that time can heal.
      processError: async ({ error }) => {
        if (!stop.aborted) failures.report(error);
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: settings.maxConcurrentCalls },
  );

  if (!stop.aborted) await once(stop, 'abort');
  await subscription.close();
  while (inFlight.size > 0) await Promise.all(inFlight);
  await receiver.close();
}

export function openReceiver(
  client: ListenerContext['client'],
  entity: ListenerContext['trigger']['entity'],
  maxAutoLockRenewalDurationInMs: number,
): ServiceBusReceiver {
  const options = { skipParsingBodyAsJson: true, maxAutoLockRenewalDurationInMs };
  return entity.kind === 'queue'
    ? client.createReceiver(entity.queue, options)
    : client.createReceiver(entity.topic, entity.subscription, options);
}
