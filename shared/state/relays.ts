import { Heartbeat } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** The relays that have been heard of, each with its latest heartbeat. */
export type Relays = {
  /** Keeps a heartbeat, unless a later one of the same relay is there. */
  heard(heartbeat: Heartbeat): Promise<void>;
  list(): AsyncIterable<Heartbeat>;
  forget(heartbeat: Heartbeat): Promise<void>;
};

export function createRelays(store: StateStore): Relays {
  const records = createRecords({
    store,
    partition: 'relays',
    what: 'The relay',
    version: 1,
    schema: Heartbeat,
  });
  return {
    async heard(heartbeat) {
      await records.update(keyOf(heartbeat), (known) =>
        known && Date.parse(known.at) > Date.parse(heartbeat.at) ? known : heartbeat,
      );
    },
    async *list() {
      for await (const { value } of records.list()) yield value;
    },
    forget: (heartbeat) => records.remove(keyOf(heartbeat)),
  };
}

const keyOf = ({ relay }: Heartbeat): string => `${relay.name}@${relay.host}`;
