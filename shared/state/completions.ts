import { z } from 'zod';
import { EntraId, Moment, ObjectRef, sessionOf } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateStore } from './store.ts';

/** A wish to be told when a cloud change is in AD. */
export const Completion = z.strictObject({
  id: z.string(),
  object: ObjectRef,
  /** The member it is about; absent: the object itself. */
  member: EntraId.optional(),
  change: z.enum(['present', 'absent']),
  requestedAt: Moment,
  expiresAt: Moment,
  /** Who asked, where the caller is known. */
  person: z.string().optional(),
  state: z.enum(['waiting', 'done', 'timedOut']),
  /** When AD was so, and whether a change of ours made it so or it was so already. */
  answer: z
    .strictObject({
      at: Moment,
      result: z.enum(['written', 'alreadySo']),
      intentId: z.string().optional(),
      relay: z.string().optional(),
    })
    .optional(),
  /** What stands in the way, as far as it is known. */
  seen: z.strictObject({ at: Moment, code: z.string(), message: z.string() }).optional(),
  callback: z
    .strictObject({
      url: z.string(),
      attempts: z.int().min(0),
      nextAt: Moment.optional(),
      deliveredAt: Moment.optional(),
      lastError: z.string().optional(),
    })
    .optional(),
});
export type Completion = z.output<typeof Completion>;

export type Completions = {
  add(completion: Completion): Promise<void>;
  find(id: string): Promise<Completion | undefined>;
  /** Changes one that is there; `change` may run several times. */
  update(id: string, change: (now: Completion) => Completion): Promise<Completion | undefined>;
  /** Those that wait for this object. */
  waitingFor(object: ObjectRef): AsyncIterable<Completion>;
  /** Those that something is still to be done for: they wait, or their callback does. */
  unfinished(): AsyncIterable<Completion>;
  /** Forgets what ended before. */
  forget(before: Date): Promise<void>;
};

/**
 * Besides the records there are three lists of ids: by object while they wait, what is unfinished,
 * and what has ended, by time. A list may name one that is done already; the record counts.
 */
export function createCompletions(store: StateStore): Completions {
  const records = createRecords({
    store,
    partition: 'completions',
    what: 'The completion',
    version: 1,
    schema: Completion,
  });
  const ofObject = (object: ObjectRef): string => `completionsOf:${sessionOf(object)}`;
  const named = async function* (partition: string): AsyncIterable<Completion> {
    for await (const { key } of store.list(partition)) {
      const found = await records.read(key);
      if (found) yield found.value;
      else await store.delete(partition, key);
    }
  };
  const index = async (completion: Completion): Promise<void> => {
    const { id, object, state, callback, expiresAt } = completion;
    const isWaiting = state === 'waiting';
    const isUnfinished = isWaiting || callback?.nextAt !== undefined;
    if (isWaiting) await store.put(ofObject(object), id, {}, 'any');
    else await store.delete(ofObject(object), id);
    if (isUnfinished) await store.put('completionsUnfinished', id, {}, 'any');
    else {
      await store.put('completionsEnded', `${expiresAt}:${id}`, {}, 'any');
      await store.delete('completionsUnfinished', id);
    }
  };
  return {
    async add(completion) {
      // The lists first: what they name too early is nothing yet, what they miss would be forgotten.
      await index(completion);
      await records.save(completion.id, completion, 'any');
      await index(completion);
    },
    find: async (id) => (await records.read(id))?.value,
    async update(id, change) {
      const updated = await records.update(id, (now) => now && change(now));
      if (updated) await index(updated);
      return updated;
    },
    async *waitingFor(object) {
      for await (const one of named(ofObject(object))) if (one.state === 'waiting') yield one;
    },
    unfinished: () => named('completionsUnfinished'),
    async forget(before) {
      for await (const { key } of store.list('completionsEnded', { before: before.toISOString() })) {
        await records.remove(key.slice(key.lastIndexOf(':') + 1));
        await store.delete('completionsEnded', key);
      }
    },
  };
}
