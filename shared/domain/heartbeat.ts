import { z } from 'zod';
import { Moment } from './ids.ts';

const Window = z.strictObject({ used: z.number(), limit: z.number() });

/** What a relay says of itself every minute, when its access to AD changes, and when it stops. */
export const Heartbeat = z.strictObject({
  type: z.literal('heartbeat'),
  relay: z.strictObject({
    name: z.string(),
    version: z.string(),
    /** The machine. Name and machine together tell relays apart. */
    host: z.string(),
  }),
  at: Moment,
  startedAt: Moment,
  mode: z.string(),
  /** It stops now, on purpose. */
  stopping: z.boolean(),
  /** Whether AD can be worked with, and if not why. */
  directory: z.strictObject({
    state: z.enum(['starting', 'up', 'down']),
    since: z.string().optional(),
    code: z.string().optional(),
    message: z.string().optional(),
  }),
  /** How much of each budget is used, of the share that this relay has. */
  budgets: z.record(z.string(), z.strictObject({ hour: Window, day: Window })),
  openHolds: z.int().min(0),
  /** Results since the start, by name. */
  counts: z.record(z.string(), z.int().min(0)),
});
export type Heartbeat = z.output<typeof Heartbeat>;
