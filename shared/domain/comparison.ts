import { z } from 'zod';
import { DesiredObject } from './desired.ts';
import { EntraId, Moment, ObjectKind } from './ids.ts';

const head = {
  type: z.literal('compare'),
  sweepId: z.string().min(1).max(128),
  kind: ObjectKind,
  askedAt: Moment,
};

/** What a sweep asks the relay. Nothing is written: what differs is evaluated and comes as an intent of its own. */
export const CompareRequest = z.discriminatedUnion('ask', [
  /** Which of these differ from AD? */
  z.strictObject({
    ...head,
    ask: z.literal('objects'),
    objects: z
      .array(
        z.strictObject({
          desired: DesiredObject,
          /** Hash of the members as the relay told it last; null where no hash counts. Groups only. */
          members: z.string().nullable(),
        }),
      )
      .max(500)
      .readonly(),
  }),
  /** Which objects of the kind carry our marker? */
  z.strictObject({ ...head, ask: z.literal('marked') }),
]);
export type CompareRequest = z.output<typeof CompareRequest>;

const answer = {
  type: z.literal('comparison'),
  sweepId: z.string(),
  kind: ObjectKind,
  at: Moment,
  /** AD could not be read; the answer says nothing. */
  failure: z.strictObject({ code: z.string(), message: z.string() }).optional(),
};

/**
 * How an object differs: its attributes, name or place; its members; it is not there; or its marker
 * stands on more than one object.
 */
export const Difference = z.enum(['object', 'members', 'absent', 'doubled']);
export type Difference = z.output<typeof Difference>;

/** What the relay answers to a comparison. What is as desired is not named. */
export const Comparison = z.discriminatedUnion('ask', [
  z.strictObject({
    ...answer,
    ask: z.literal('objects'),
    compared: z.int().min(0),
    differing: z
      .array(
        z.strictObject({
          id: EntraId,
          differs: Difference,
          /** Hash of the members as they are now, where the object is there and is a group. */
          members: z.string().optional(),
        }),
      )
      .readonly(),
  }),
  z.strictObject({
    ...answer,
    ask: z.literal('marked'),
    /** Ids from markers, each once for every object that carries it. */
    ids: z.array(EntraId).readonly(),
    doubled: z.array(EntraId).readonly(),
    /** The whole domain has been told with this part. */
    last: z.boolean(),
  }),
]);
export type Comparison = z.output<typeof Comparison>;
