import { z } from 'zod';
import { Moment } from '../../domain/index.ts';
import type { StateStore } from '../../state/index.ts';
import { createRecords } from '../../state/records.ts';

/** How a channel is doing. */
export const ChannelRecord = z.strictObject({
  /** Failures since the last success. */
  failures: z.int().min(0),
  /** Nothing is sent to it before. */
  nextTryAt: Moment.optional(),
  /** Given up for now: messages go to the next channel. */
  failed: z.boolean(),
  why: z.string().optional(),
  /** Whether people have been told that it failed. */
  reported: z.boolean(),
});
export type ChannelRecord = z.output<typeof ChannelRecord>;

export const healthy: ChannelRecord = { failures: 0, failed: false, reported: false };

export const createChannelRecords = (store: StateStore) =>
  createRecords({
    store,
    partition: 'alerts:channels',
    what: 'The alert channel',
    version: 1,
    damaged: 'absent',
    schema: ChannelRecord,
  });
