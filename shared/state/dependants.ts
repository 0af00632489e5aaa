import { z } from 'zod';
import { EntraId, Moment, ObjectKind, type ObjectRef } from '../domain/index.ts';
import { inParallel } from './in-parallel.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** Users whose manager, and devices whose owner, is not in AD yet: they are looked at again when that user appears. */
export type Dependants = {
  add(dependant: ObjectRef, waitsFor: readonly EntraId[], since: Moment): Promise<void>;
  /** Who waits for this object, by kind and id. */
  of(id: EntraId): AsyncIterable<ObjectRef>;
};

export function createDependants(store: StateStore): Dependants {
  const records = createRecords({
    store,
    partition: 'dependants',
    what: 'The dependant',
    version: 1,
    schema: z.strictObject({ since: Moment }),
  });
  const keyOf = (waitsFor: EntraId, { kind, id }: ObjectRef): string => `${waitsFor}:${kind}:${id}`;
  return {
    async add(dependant, waitsFor, since) {
      await inParallel(waitsFor, async (id) => {
        await records.save(keyOf(id, dependant), { since }, 'any');
      });
    },
    async *of(waitsFor) {
      for await (const { key } of records.list({ from: `${waitsFor}:`, before: `${waitsFor};` })) {
        const [kind, id] = key.slice(waitsFor.length + 1).split(':');
        yield { kind: ObjectKind.parse(kind), id: EntraId.parse(id) };
      }
    },
  };
}
