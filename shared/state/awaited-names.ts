import { z } from 'zod';
import { EntraId, Moment, ObjectKind, type ObjectRef } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** Objects that wait for a name or an address which another object of ours has in AD. */
export type AwaitedNames = {
  add(waiting: ObjectRef, holder: ObjectRef, since: Moment): Promise<void>;
  remove(waiting: ObjectRef, holder: ObjectRef): Promise<void>;
  /** Who waits for something of this object. */
  of(holder: ObjectRef): AsyncIterable<ObjectRef>;
};

export function createAwaitedNames(store: StateStore): AwaitedNames {
  const records = createRecords({
    store,
    partition: 'awaitedNames',
    what: 'The awaited name',
    version: 1,
    schema: z.strictObject({ since: Moment }),
  });
  const prefixOf = ({ kind, id }: ObjectRef): string => `${kind}:${id}:`;
  const keyOf = (waiting: ObjectRef, holder: ObjectRef): string =>
    `${prefixOf(holder)}${waiting.kind}:${waiting.id}`;
  return {
    async add(waiting, holder, since) {
      await records.save(keyOf(waiting, holder), { since }, 'any');
    },
    remove: (waiting, holder) => records.remove(keyOf(waiting, holder)),
    async *of(holder) {
      const from = prefixOf(holder);
      for await (const { key } of records.list({ from, before: `${from.slice(0, -1)};` })) {
        const [kind, id] = key.slice(from.length).split(':');
        yield { kind: ObjectKind.parse(kind), id: EntraId.parse(id) };
      }
    },
  };
}
