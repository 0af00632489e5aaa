import type { z } from 'zod';
import { type EntraId, type Moment, momentOf } from '../../domain/index.ts';
import { type Answer, complete } from '../failure.ts';
import { isNotFound } from '../request/failure-of.ts';
import type { Call, Requester } from '../request/requester.ts';
import { understand } from '../schema/understand.ts';

/** How one kind of object is looked for: alive first, then in the recycle bin. */
export type Lookup<T> = {
  readonly live: Call;
  readonly liveSchema: z.ZodType<T>;
  readonly deleted: Call;
  readonly deletedSchema: z.ZodType<T>;
};

export type Looked<T> =
  | {
      readonly presence: 'present' | 'softDeleted';
      readonly value: T;
      readonly raw: unknown;
      readonly readAt: Moment;
    }
  | { readonly presence: 'notFound' };

/** Looks for an object. Only Graph's own word that it does not exist counts as `notFound`. */
export async function find<T>(requester: Requester, lookup: Lookup<T>): Promise<Answer<Looked<T>>> {
  const readAt = momentOf(requester.now());
  const live = await requester.send(lookup.live);
  if (live.outcome === 'complete')
    return found('present', live.value.body, lookup.liveSchema, lookup.live, readAt);
  if (!isNotFound(live.why)) return live;
  const deleted = await requester.send(lookup.deleted);
  if (deleted.outcome === 'complete') {
    return found('softDeleted', deleted.value.body, lookup.deletedSchema, lookup.deleted, readAt);
  }
  return isNotFound(deleted.why) ? complete({ presence: 'notFound' }) : deleted;
}

function found<T>(
  presence: 'present' | 'softDeleted',
  raw: unknown,
  schema: z.ZodType<T>,
  call: Call,
  readAt: Moment,
): Answer<Looked<T>> {
  const [path = ''] = call.path.split('?');
  const read = understand(schema, raw, path);
  return read.outcome === 'complete' ? complete({ presence, value: read.value, raw, readAt }) : read;
}

/** Path of an object in the recycle bin. */
export const deletedPath = (id: EntraId, version: 'v1.0' | 'beta'): string =>
  `/${version}/directory/deletedItems/${id}`;
