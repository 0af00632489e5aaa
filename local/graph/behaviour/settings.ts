import { z } from 'zod';
import { faultSchema } from './fault.ts';

const milliseconds = z.number().min(0);
const count = z.int().min(0);
const positive = z.int().positive();
const day = 24 * 60 * 60 * 1000;

const chance = z
  .strictObject({ probability: z.number().min(0).max(1).default(0), next: count.default(0) })
  .prefault({});

/** A view that runs behind: by time, and by a number of reads of the changed object. */
const lag = z
  .strictObject({
    ms: milliseconds.default(0),
    reads: count.default(0),
    /** How many of the reads reach the replica that runs behind. */
    probability: z.number().min(0).max(1).default(1),
  })
  .prefault({});

/** Everything unpleasant that the double can do. The defaults are Graph on a good day. */
export const behaviourSchema = z.strictObject({
  /** Puts the tenant's clock this far ahead: expires subscriptions, tokens and the recycle bin. */
  clockAheadMs: z.number().default(0),

  /** GET of objects and lists of objects, deleted items included. */
  reads: lag,
  /** Lists of members, owners and other references. */
  memberships: lag,

  feed: z
    .strictObject({
      lagMs: milliseconds.default(0),
      objectsPerPage: positive.default(100),
      membersPerPage: positive.default(500),
      /** A page begins with objects or members that the page before already had. */
      repeat: chance,
      /** A round begins with changes that the round before already had. */
      replay: chance,
      emptyPage: chance,
      /** The first round begins with `@removed` for what is in the recycle bin. */
      tombstonesFirst: z.boolean().default(false),
      /** A token is refused, as after an internal reset of the service. */
      resync: chance,
      resyncStatus: z.union([z.literal(410), z.literal(400)]).default(410),
      resyncCode: z.enum(['syncStateNotFound', 'resyncRequired']).default('syncStateNotFound'),
      tokenLifetimeMs: milliseconds.default(7 * day),
    })
    .prefault({}),

  notifications: z
    .strictObject({
      delayMs: milliseconds.default(0),
      /** How long notifications are gathered into one POST. */
      gatherMs: milliseconds.default(1),
      itemsPerPost: positive.default(20),
      /** How many `updated` one creation produces. */
      perCreation: positive.default(2),
      membersDelta: z.boolean().default(true),
      /** Whether a group is notified of members that leave or return because they were deleted or restored. */
      ofDeletedMembers: z.boolean().default(true),
      drop: chance,
      duplicate: chance,
      /** The notification waits for `overtakenMs`, so that later ones overtake it. */
      reorder: chance,
      overtakenMs: milliseconds.default(50),
      firstAttemptMs: milliseconds.default(3_000),
      retryAttemptMs: milliseconds.default(10_000),
      retryAfterMs: milliseconds.default(1_000),
      retryForMs: milliseconds.default(4 * 60 * 60 * 1000),
      /** Whether slow endpoints are delayed and then dropped for ten minutes, as Graph does. */
      punishSlowEndpoints: z.boolean().default(true),
    })
    .prefault({}),

  subscriptions: z
    .strictObject({
      /** Subscriptions of one app in this tenant. */
      quota: count.default(100),
      handshakeMs: milliseconds.default(10_000),
      /** How long a subscription is authorised by the token that made it; afterwards it is silent until renewed. */
      authorizedForMs: milliseconds.default(60 * 60 * 1000),
      /** How long before that end `reauthorizationRequired` is sent. */
      warnBeforeMs: milliseconds.default(15 * 60 * 1000),
    })
    .prefault({}),

  throttling: z
    .strictObject({
      /** Counts resource units in windows of 10 s against the limit of the tenant's size, and writes. */
      enforce: z.boolean().default(false),
      retryAfter: z.enum(['whole', 'fractional', 'absent']).default('whole'),
    })
    .prefault({}),

  /** Tried in order on every request; the first that applies happens. */
  faults: z.array(faultSchema).default([]),
});

export type Settings = z.infer<typeof behaviourSchema>;
export type LagSettings = z.infer<typeof lag>;
