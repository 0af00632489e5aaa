import { z } from 'zod';
import { StateError } from './state-error.ts';
import type { Condition, KeyRange, StateStore } from './store.ts';

/** A record with what must still be true when it is saved. */
export type Loaded<T> = { readonly value: T; readonly when: { readonly version: string } };

/** Typed values of one partition. Each is stored with the version of its schema. */
export type Records<T> = {
  read(key: string): Promise<Loaded<T> | undefined>;
  save(key: string, value: T, when: Condition): Promise<'stored' | 'conflict'>;
  /**
   * Reads, changes and saves, again where another writer was faster. `change` may run several times
   * and gets undefined where nothing is stored; answering undefined deletes.
   */
  update(key: string, change: (now: T | undefined) => T | undefined): Promise<T | undefined>;
  remove(key: string): Promise<void>;
  list(range?: KeyRange): AsyncIterable<{ readonly key: string; readonly value: T }>;
};

export type RecordsOptions<T> = {
  readonly store: StateStore;
  readonly partition: string;
  /** What people call one of these, for errors. */
  readonly what: string;
  /** The version of `schema`. What was written by another version is refused. */
  readonly version: number;
  readonly schema: z.ZodType<T>;
};

const Envelope = z.strictObject({ schema: z.int(), value: z.unknown() });

/** Tries of one update before it gives up: other writers cannot win this often by chance. */
const patience = 20;

export function createRecords<T>({ store, partition, what, version, schema }: RecordsOptions<T>): Records<T> {
  const decode = (key: string, raw: unknown): T => {
    const envelope = Envelope.safeParse(raw);
    const written = envelope.data?.schema;
    if (written !== undefined && written !== version) {
      throw new StateError(
        'STATE_VERSION_UNKNOWN',
        `${what} ${key} was stored with version ${written}; this program reads version ${version}. Update every instance to the same release, or delete partition ${partition} of the state: a sweep builds it anew.`,
      );
    }
    const parsed = schema.safeParse(envelope.data?.value);
    if (!envelope.success || !parsed.success) {
      const why = z.prettifyError(envelope.error ?? parsed.error ?? new z.ZodError([])).replaceAll('\n', ' ');
      throw new StateError(
        'STATE_UNREADABLE',
        `${what} ${key} in partition ${partition} is damaged: ${why}. Delete it: the next sweep builds it anew.`,
      );
    }
    return parsed.data;
  };

  const save = async (key: string, value: T, when: Condition): Promise<'stored' | 'conflict'> =>
    (await store.put(partition, key, { schema: version, value }, when)).result;

  const read = async (key: string): Promise<Loaded<T> | undefined> => {
    const entry = await store.get(partition, key);
    return entry && { value: decode(key, entry.value), when: { version: entry.version } };
  };

  return {
    read,
    save,
    async update(key, change) {
      for (let tries = 0; tries < patience; tries++) {
        const loaded = await read(key);
        const value = change(loaded?.value);
        if (value === undefined) {
          if (!loaded || (await store.delete(partition, key, loaded.when)) === 'deleted') return undefined;
        } else if ((await save(key, value, loaded?.when ?? 'absent')) === 'stored') return value;
      }
      throw new StateError(
        'STATE_CONTENDED',
        `${what} ${key} could not be saved: other writers changed it ${patience} times meanwhile. Try again.`,
      );
    },
    async remove(key) {
      await store.delete(partition, key);
    },
    async *list(range) {
      for await (const entry of store.list(partition, range)) {
        yield { key: entry.key, value: decode(entry.key, entry.value) };
      }
    },
  };
}
