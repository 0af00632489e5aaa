import { entityNotFound } from '../bus-error.ts';
import { createQueue, type Queue, type Surroundings } from '../queue/queue.ts';
import type { EntitySettings } from './entity-file.ts';

/** The entities of the namespace by their addresses; letter case is of no meaning, as in Azure. */
export interface Directory {
  /** Every queue and subscription. */
  readonly queues: readonly Queue[];
  /** The queue, subscription or dead-letter queue of that address, or a BusError. */
  find(address: string): Queue;
  /** Where a message sent to that address goes: one queue, or all subscriptions of a topic; or a BusError. */
  destinations(address: string): readonly Queue[];
}

export function createDirectory(entities: EntitySettings, surroundings: Surroundings): Directory {
  const queues: Queue[] = [];
  const byAddress = new Map<string, Queue>();
  const topics = new Map<string, readonly Queue[]>();

  const add = (settings: EntitySettings['queues'][number]): Queue => {
    const queue = createQueue(settings, surroundings);
    queues.push(queue);
    byAddress.set(settings.name.toLowerCase(), queue);
    if (queue.deadLetters) byAddress.set(queue.deadLetters.settings.name.toLowerCase(), queue.deadLetters);
    return queue;
  };
  for (const settings of entities.queues) add(settings);
  for (const { name, subscriptions } of entities.topics)
    topics.set(name.toLowerCase(), subscriptions.map(add));

  const find = (address: string): Queue => {
    const queue = byAddress.get(address.toLowerCase());
    if (queue === undefined) throw entityNotFound(address);
    return queue;
  };
  return { queues, find, destinations: (address) => topics.get(address.toLowerCase()) ?? [find(address)] };
}
