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
  /** `unread` is told of every record that is passed over because it is damaged. */
  list(
    range?: KeyRange,
    unread?: (key: string, why: StateError) => void,
  ): AsyncIterable<{ readonly key: string; readonly value: T }>;
};

export type RecordsOptions<T> = {
  readonly store: StateStore;
  readonly partition: string;
  /** What people call one of these, for errors. */
  readonly what: string;
  /** The version of `schema`. What was written by another version is refused. */
  readonly version: number;
  readonly schema: z.ZodType<T>;
  /**
   * What a damaged record counts as: an error (unless told), or as absent where it can be built anew and
   * must not keep the others from being read. Then lists pass it over, and the next write replaces it.
   */
  readonly damaged?: 'error' | 'absent';
};

const Envelope = z.strictObject({ schema: z.int(), value: z.unknown() });

/** Tries of one update before it gives up: other writers cannot win this often by chance. */
const patience = 20;

export function createRecords<T>(options: RecordsOptions<T>): Records<T> {
  const { store, partition, what, version, schema, damaged = 'error' } = options;
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

  /** The record, or the error of one that is damaged and may be. */
  const decodeOr = (key: string, raw: unknown): { readonly value: T } | StateError => {
    try {
      return { value: decode(key, raw) };
    } catch (error) {
      const isBearable =
        damaged === 'absent' && error instanceof StateError && error.code === 'STATE_UNREADABLE';
      if (isBearable) return error;
      throw error;
    }
  };

  const put = async (key: string, value: T, when: Condition): Promise<'stored' | 'conflict'> =>
    (await store.put(partition, key, { schema: version, value }, when)).result;

  /** What stands under a key; of a damaged record only its version. */
  const load = async (key: string) => {
    const entry = await store.get(partition, key);
    if (!entry) return undefined;
    const found = decodeOr(key, entry.value);
    const value = found instanceof StateError ? undefined : found.value;
    return { value, when: { version: entry.version } };
  };

  return {
    async read(key) {
      const loaded = await load(key);
      return loaded?.value === undefined ? undefined : { value: loaded.value, when: loaded.when };
    },
    async save(key, value, when) {
      const saved = await put(key, value, when);
      if (saved === 'stored' || when !== 'absent' || damaged === 'error') return saved;
      const inTheWay = await load(key);
      return inTheWay && inTheWay.value === undefined ? put(key, value, inTheWay.when) : saved;
    },
    async update(key, change) {
      for (let tries = 0; tries < patience; tries++) {
        const loaded = await load(key);
        const value = change(loaded?.value);
        if (value === undefined) {
          if (!loaded || (await store.delete(partition, key, loaded.when)) === 'deleted') return undefined;
        } else if ((await put(key, value, loaded?.when ?? 'absent')) === 'stored') return value;
      }
      throw new StateError(
        'STATE_CONTENDED',
        `${what} ${key} could not be saved: other writers changed it ${patience} times meanwhile. Try again.`,
      );
    },
    async remove(key) {
      await store.delete(partition, key);
    },
    async *list(range, unread) {
      for await (const { key, value } of store.list(partition, range)) {
        const found = decodeOr(key, value);
        if (found instanceof StateError) unread?.(key, found);
        else yield { key, value: found.value };
      }
    },
  };
}
