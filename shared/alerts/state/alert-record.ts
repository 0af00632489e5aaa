import { z } from 'zod';
import { Moment, Violation } from '../../domain/index.ts';
import type { StateStore } from '../../state/index.ts';
import { createRecords } from '../../state/records.ts';

/** What one channel has been told of an incident. */
export const Told = z.strictObject({
  route: z.string(),
  /** The last message that told it. */
  messageId: z.string(),
  /** When it was last told. */
  at: Moment,
  /** The count it was told last. */
  count: z.int().min(1),
  /** How many updates it got. */
  updates: z.int().min(0),
  /** When it was told that the cause is gone. */
  resolvedAt: Moment.optional(),
});
export type Told = z.output<typeof Told>;

/** What one channel has shown to people of an incident, whichever route sent it there. */
export const Heard = z.strictObject({
  /** The highest count that it was told. */
  count: z.int().min(1),
  /** Whether it was told that the cause is gone. */
  isOver: z.boolean(),
});
export type Heard = z.output<typeof Heard>;

/** One incident as the alerts see it: what happened, and who has been told. */
export const AlertRecord = z.strictObject({
  incidentId: z.string(),
  violation: Violation,
  count: z.int().min(1),
  openedAt: Moment,
  /** When we first heard of it. */
  heardAt: Moment,
  /** When we heard that it is resolved. */
  resolvedAt: Moment.optional(),
  /** DN of the object in AD, where it is known. */
  place: z.string().optional(),
  /** By the first channel of the route that told it. */
  told: z.record(z.string(), Told).default({}),
  /** By the channel that took a message about it. */
  heard: z.record(z.string(), Heard).default({}),
});
export type AlertRecord = z.output<typeof AlertRecord>;

/** Incidents that are open, or of which something is still to be told. */
export const createAlertRecords = (store: StateStore) =>
  createRecords({
    store,
    partition: 'alerts:open',
    what: 'The alert',
    version: 1,
    damaged: 'absent',
    schema: AlertRecord,
  });

/** Incidents that are over and done: a notice that comes late or twice must not open them again. */
export const createDone = (store: StateStore) =>
  createRecords({
    store,
    partition: 'alerts:done',
    what: 'The closed alert',
    version: 1,
    damaged: 'absent',
    schema: z.strictObject({ at: Moment }),
  });
