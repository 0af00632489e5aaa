import { z } from 'zod';
import {
  Dn,
  EntraId,
  LeftOut,
  MembershipDelta,
  Moment,
  ObjectGuid,
  type ObjectKind,
  type ObjectRef,
  Outcome,
  PlanCounts,
  ReasonCode,
  Sid,
  ViolationCode,
} from '../domain/index.ts';
import { bounded } from './object-state-bounds.ts';
import { createRecords } from './records.ts';
import type { Condition, KeyRange, StateStore } from './store.ts';

/** A member that the feed saw come or go lately. */
export const RecentMember = z.strictObject({
  id: EntraId,
  change: z.enum(['added', 'removed']),
  at: Moment,
});
export type RecentMember = z.output<typeof RecentMember>;

/** What we know of one object between two looks at it. AD and Graph remain the truth. */
export const ObjectState = z.strictObject({
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
      result: Outcome.shape.result,
      at: Moment,
      intentId: z.string(),
      failure: z.strictObject({ code: z.string(), message: z.string() }).optional(),
    })
    .optional(),
  /** What people call the object. */
  displayName: z.string().optional(),
  /** Whether AD holds it by our hand. */
  written: z.boolean().default(false),
  guid: ObjectGuid.optional(),
  sid: Sid.optional(),
  dn: Dn.optional(),
  /** Start of the last complete read from Graph. */
  evaluatedAt: Moment.optional(),
  /** Members in the cloud when all were read last, with the deltas since. */
  memberCount: z.int().min(0).optional(),
  attempts: z.int().min(0).default(0),
  /** When a further look is due that was asked for because reading or writing had failed. */
  nextAttemptAt: Moment.optional(),
  /** Members that the feed reported and that no intent carries yet. */
  pending: MembershipDelta.default({ added: [], removed: [] }),
  /** What the feed saw in the last 15 minutes: it outranks a complete read (design §4). */
  recent: z.array(RecentMember).readonly().default([]),
  needs: z.literal('completeMembership').optional(),
  outOfScopeSince: Moment.optional(),
  leftOut: z.array(LeftOut).readonly().default([]),
  /** Codes of the open violations. */
  violations: z.array(ViolationCode).readonly().default([]),
  /** What the relay was last asked to make of the object: tells a change of the cloud from one by hand in AD. */
  desiredHash: z.string().optional(),
  /** When all members were last read and sent. */
  membersReadAt: Moment.optional(),
  /**
   * The members of the AD group as the relay last hashed them. Verified: a complete read found nothing
   * to change in them, so that a sweep need not read them again while the hash stays.
   */
  adMembers: z.strictObject({ hash: z.string(), verified: z.boolean() }).optional(),
  /** What the relay would still do, and does not: it is in stage mode, or the plan is held. */
  keptBack: PlanCounts.optional(),
  /** When a sweep last met the object in Graph's list. */
  listedAt: Moment.optional(),
});
export type ObjectState = z.output<typeof ObjectState>;

/** The state of an object of which nothing is known. */
export const unknownObject: ObjectState = ObjectState.parse({});

export type ObjectStates = {
  /** What is known, or `unknownObject`. */
  load(object: ObjectRef): Promise<ObjectState>;
  /** The same with the condition under which it may be saved. */
  read(object: ObjectRef): Promise<{ readonly state: ObjectState; readonly when: Condition }>;
  save(object: ObjectRef, state: ObjectState, when: Condition): Promise<'stored' | 'conflict'>;
  /** Applies a change to the current state; again where another writer was faster. */
  update(object: ObjectRef, change: (state: ObjectState) => ObjectState): Promise<ObjectState>;
  forget(object: ObjectRef): Promise<void>;
  /** All objects of a kind, in the order of their ids. */
  list(
    kind: ObjectKind,
    range?: KeyRange,
  ): AsyncIterable<{ readonly object: ObjectRef; readonly state: ObjectState }>;
};

/** States of objects. What grows is bounded on every save, by `now`. */
export function createObjectStates(store: StateStore, now: () => Date): ObjectStates {
  const of = (kind: ObjectKind) =>
    createRecords({
      store,
      partition: `objects:${kind}`,
      what: `The state of ${kind}`,
      version: 1,
      schema: ObjectState,
    });
  const records = { group: of('group'), user: of('user'), device: of('device') };
  const read: ObjectStates['read'] = async ({ kind, id }) => {
    const loaded = await records[kind].read(id);
    return loaded ? { state: loaded.value, when: loaded.when } : { state: unknownObject, when: 'absent' };
  };
  return {
    read,
    load: async (object) => (await read(object)).state,
    save: ({ kind, id }, state, when) => records[kind].save(id, bounded(state, now()), when),
    async update({ kind, id }, change) {
      const apply = (state: ObjectState | undefined) => bounded(change(state ?? unknownObject), now());
      return (await records[kind].update(id, apply)) ?? unknownObject;
    },
    forget: ({ kind, id }) => records[kind].remove(id),
    async *list(kind, range) {
      for await (const { key, value } of records[kind].list(range)) {
        yield { object: { kind, id: EntraId.parse(key) }, state: value };
      }
    },
  };
}
