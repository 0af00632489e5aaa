import { z } from 'zod';
import {
  Dn,
  EntraId,
  LeftOut,
  MembershipDelta,
  Moment,
  ObjectGuid,
  type ObjectKind,
  ObjectRef,
  ReasonCode,
  Sid,
  ViolationCode,
} from '../domain/index.ts';
import { readValue, updateValue } from './repository.ts';
import type { StateStore } from './store.ts';

/** What is remembered of one object between changes. AD and Graph remain the truth; losing this costs a sweep. */
export const ObjectState = z.strictObject({
  schema: z.literal(1),
  object: ObjectRef,
  displayName: z.string().optional(),
  lastDecision: z
    .strictObject({
      outcome: z.enum(['write', 'freeze', 'remove', 'ignore']),
      reason: ReasonCode,
      rule: z.string().nullable(),
      policyVersion: z.string(),
      at: Moment,
    })
    .optional(),
  lastOutcome: z
    .strictObject({
      result: z.string(),
      at: Moment,
      intentId: z.string(),
      failure: z.strictObject({ code: z.string(), message: z.string() }).optional(),
    })
    .optional(),
  /** The object is in AD and ours, as far as the relay said. */
  written: z.boolean(),
  dn: Dn.optional(),
  guid: ObjectGuid.optional(),
  sid: Sid.optional(),
  /** When the last complete look at the object in Graph began. */
  evaluatedAt: Moment.optional(),
  /** Failed writes since the last success. */
  attempts: z.int().min(0),
  /** Membership changes of the feed that were not sent yet. */
  pending: MembershipDelta,
  /** Members that the feed saw come and go in the last minutes: they outrank a complete read. */
  recent: z
    .array(z.strictObject({ id: EntraId, change: z.enum(['added', 'removed']), at: Moment }))
    .readonly(),
  /** A delta was lost on the way, so the members must be read completely. */
  needs: z.literal('completeMembership').optional(),
  outOfScopeSince: Moment.optional(),
  /** The first members that are left out, with the reason; and how many there are in all. */
  leftOut: z.array(LeftOut).readonly(),
  leftOutCount: z.int().min(0),
  violations: z.array(ViolationCode).readonly(),
});
export type ObjectState = z.output<typeof ObjectState>;

/** The states of all objects. */
export type ObjectStates = {
  load(object: ObjectRef): Promise<ObjectState>;
  /** Reads, changes and writes; another writer in between makes it start again. */
  update(object: ObjectRef, change: (state: ObjectState) => ObjectState): Promise<ObjectState>;
  list(kind: ObjectKind): AsyncIterable<ObjectState>;
};

/** How many left-out members are kept by name. */
export const leftOutLimit = 100;

const partitionOf = (kind: ObjectKind): string => `objects-${kind}`;

const unknownObject = (object: ObjectRef): ObjectState => ({
  schema: 1,
  object,
  written: false,
  attempts: 0,
  pending: { added: [], removed: [] },
  recent: [],
  leftOut: [],
  leftOutCount: 0,
  violations: [],
});

export function objectStates(store: StateStore): ObjectStates {
  return {
    load: async (object) =>
      (await readValue(store, partitionOf(object.kind), object.id, ObjectState)) ?? unknownObject(object),
    update: (object, change) =>
      updateValue(store, partitionOf(object.kind), object.id, ObjectState, (state) =>
        change(state ?? unknownObject(object)),
      ),
    async *list(kind) {
      for await (const entry of store.list(partitionOf(kind))) yield ObjectState.parse(entry.value);
    },
  };
}
