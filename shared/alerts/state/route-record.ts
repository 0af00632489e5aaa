import { z } from 'zod';
import { Moment } from '../../domain/index.ts';
import type { StateStore } from '../../state/index.ts';
import { createRecords } from '../../state/records.ts';
import { Happening, Message } from '../message/message.ts';

/** One incident that a delivery tells of. */
export const Cover = z.strictObject({
  incidentId: z.string(),
  event: Happening,
  count: z.int().min(1),
  /** The channel that counts as told, whichever one takes the message. */
  channel: z.string(),
});
export type Cover = z.output<typeof Cover>;

/** A message on its way. It stays until a channel has taken it. */
export const Delivery = z.strictObject({
  message: Message,
  covers: z.array(Cover).readonly(),
  plannedAt: Moment,
  tries: z.int().min(0),
  notBefore: Moment.optional(),
  /** Set while somebody is sending it. */
  sendingSince: Moment.optional(),
  /** Set as soon as a channel has taken it. */
  takenAt: Moment.optional(),
  takenBy: z.string().optional(),
});
export type Delivery = z.output<typeof Delivery>;

/** Where a route stands. At most one message of a route is on its way: what happens meanwhile waits for the next. */
export const RouteRecord = z.strictObject({
  delivery: Delivery.optional(),
  /** The message before. */
  last: z.strictObject({ at: Moment, covered: z.int().min(0) }).optional(),
});
export type RouteRecord = z.output<typeof RouteRecord>;

export const createRouteRecords = (store: StateStore) =>
  createRecords({
    store,
    partition: 'alerts:routes',
    what: 'The alert route',
    version: 1,
    damaged: 'absent',
    schema: RouteRecord,
  });
