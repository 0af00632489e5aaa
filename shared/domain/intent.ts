import { z } from 'zod';
import { Cause } from './change.ts';
import { RemovalMode } from './decision.ts';
import { DesiredObject } from './desired.ts';
import { Moment, ObjectRef } from './ids.ts';
import { ReasonCode } from './reason.ts';
import { Reference } from './reference.ts';

const references = z.array(Reference).readonly();

/**
 * What the members of the AD group should become. A complete membership may be cut into parts by
 * key range (see keyOf): "between these two keys the members are exactly these", so that parts are
 * independent and repeatable. `after` is exclusive, `upTo` inclusive, null is open. Members without
 * a key travel in `everyPart`.
 */
export const Membership = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unchanged') }),
  z.strictObject({ kind: z.literal('delta'), add: references, remove: references }),
  z.strictObject({
    kind: z.literal('complete'),
    readAt: Moment,
    part: z.int().min(1),
    parts: z.int().min(1),
    after: z.string().nullable(),
    upTo: z.string().nullable(),
    members: references,
    everyPart: references,
  }),
]);
export type Membership = z.output<typeof Membership>;

/** Times of a change on its way, so that the outcome can say how long each stage took. */
export const Times = z.strictObject({ receivedAt: Moment, decidedAt: Moment });

const head = {
  object: ObjectRef,
  /** Unique; the same intent sent twice has the same id. */
  intentId: z.string().min(1).max(128),
  cause: Cause,
  reason: ReasonCode,
  rule: z.string().nullable(),
  policyVersion: z.string(),
  /** What people call the object. */
  displayName: z.string(),
  times: Times,
};

/** What the relay is asked to do with one object. */
export const Intent = z.discriminatedUnion('type', [
  /** Make the AD object as desired; create it where it does not exist. */
  z.strictObject({ type: z.literal('write'), ...head, desired: DesiredObject, membership: Membership }),
  /** End the AD object, in the way the policy says; nothing to do where it does not exist. */
  z.strictObject({
    type: z.literal('remove'),
    ...head,
    mode: RemovalMode.exclude(['keep']),
    quarantine: z.string().optional(),
  }),
  /** Say what a write or a removal would do, and what AD holds now; write nothing. */
  z.strictObject({
    type: z.literal('inspect'),
    ...head,
    desired: DesiredObject.nullable(),
    membership: Membership,
    mode: RemovalMode.exclude(['keep']).optional(),
    quarantine: z.string().optional(),
  }),
]);
export type Intent = z.output<typeof Intent>;
export type WriteIntent = Extract<Intent, { type: 'write' }>;
export type RemoveIntent = Extract<Intent, { type: 'remove' }>;
export type InspectIntent = Extract<Intent, { type: 'inspect' }>;
