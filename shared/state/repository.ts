import type { z } from 'zod';
import type { Condition, StateStore } from './store.ts';

/** Another writer always came first: something writes the same entry in a tight loop. */
export class ContentionError extends Error {
  constructor(partition: string, key: string) {
    super(`The state ${partition}/${key} could not be written: ${tries} times another writer came first.`);
    this.name = 'ContentionError';
  }
}

const tries = 20;

/** A stored value, validated; undefined where there is none. A value that does not fit is an error that names the place. */
export async function readValue<T>(
  store: StateStore,
  partition: string,
  key: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const entry = await store.get(partition, key);
  return entry && parse(partition, key, schema, entry.value);
}

/** Reads, changes and writes with optimistic concurrency. The change may run several times. */
export async function updateValue<T>(
  store: StateStore,
  partition: string,
  key: string,
  schema: z.ZodType<T>,
  change: (value: T | undefined) => T,
): Promise<T> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const entry = await store.get(partition, key);
    const next = change(entry && parse(partition, key, schema, entry.value));
    const when: Condition = entry ? { version: entry.version } : 'absent';
    if ((await store.put(partition, key, next, when)).result === 'stored') return next;
  }
  throw new ContentionError(partition, key);
}

function parse<T>(partition: string, key: string, schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  throw new Error(
    `The state ${partition}/${key} was written by another version of this program (${field}: ${issue?.message ?? ''}). ` +
      'Delete the entry: it is made anew, at the cost of one complete read.',
  );
}
