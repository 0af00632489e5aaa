import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ObjectKind, type ObjectRef } from '../domain/index.ts';
import type { ObjectState, ObjectStates } from './object-state.ts';
import { createRecords, type Loaded } from './records.ts';
import type { StateStore } from './store.ts';

/** How many objects of a kind are in which condition, by name. */
export type Tally = Readonly<Record<string, number>>;

const Shard = z.record(ObjectKind, z.record(z.string(), z.number()));
type Shard = z.output<typeof Shard>;

/**
 * The numbers that the status shows, kept beside the states: counting fifty thousand states takes
 * longer than anyone wants to wait. A crash between a state and its count makes the numbers wrong by
 * one until the next recount; nothing but the status depends on them.
 */
export type ObjectCounts = {
  /** Notes what became of one object. */
  changed(object: ObjectRef, before: ObjectState, after: ObjectState): Promise<void>;
  read(): Promise<Readonly<Record<ObjectKind, Tally>>>;
  /** Counts all states anew. A part that changes meanwhile keeps its numbers until the next time. */
  recount(states: Pick<ObjectStates, 'list'>): Promise<void>;
};

/** Writers of different objects seldom meet in one of so many parts. */
const shards = 32;

export function createObjectCounts(store: StateStore): ObjectCounts {
  const records = createRecords({
    store,
    partition: 'objectCounts',
    what: 'The count',
    version: 1,
    schema: Shard,
  });
  return {
    async changed(object, before, after) {
      const difference = differenceOf(tallyOf(before), tallyOf(after));
      if (Object.keys(difference).length === 0) return;
      await records.update(shardOf(object), (shard = emptyShard) => ({
        ...shard,
        [object.kind]: sum(shard[object.kind], difference),
      }));
    },
    async read() {
      let total = emptyShard;
      for await (const { value } of records.list()) total = mapKinds((kind) => sum(total[kind], value[kind]));
      return total;
    },
    async recount(states) {
      const before = new Map<string, Loaded<Shard> | undefined>();
      for (const key of shardKeys) before.set(key, await records.read(key));
      const counted = new Map<string, Shard>();
      for (const kind of ObjectKind.options) {
        for await (const { object, state } of states.list(kind)) {
          const key = shardOf(object);
          const shard = counted.get(key) ?? emptyShard;
          counted.set(key, { ...shard, [kind]: sum(shard[kind], tallyOf(state)) });
        }
      }
      for (const key of shardKeys)
        await records.save(key, counted.get(key) ?? emptyShard, before.get(key)?.when ?? 'absent');
    },
  };
}

/** States that keep the counts right. */
export const countedStates = (states: ObjectStates, counts: ObjectCounts): ObjectStates => ({
  ...states,
  async update(object, change) {
    let before: ObjectState | undefined;
    const after = await states.update(object, (state) => {
      before = state;
      return change(state);
    });
    if (before) await counts.changed(object, before, after);
    return after;
  },
});

/** What one object counts for. */
function tallyOf({ lastDecision, written, lastOutcome, keptBack }: ObjectState): Tally {
  return {
    ...(lastDecision && { [lastDecision.outcome]: 1 }),
    ...(written && { written: 1 }),
    ...(lastOutcome?.failure && { failed: 1 }),
    ...Object.fromEntries(Object.entries(keptBack ?? {}).map(([name, count]) => [`keptBack.${name}`, count])),
  };
}

const emptyShard: Shard = { group: {}, user: {}, device: {} };
const mapKinds = (value: (kind: ObjectKind) => Tally): Shard => ({
  group: { ...value('group') },
  user: { ...value('user') },
  device: { ...value('device') },
});

/** The sum of two tallies; what comes to nothing is left out. */
function sum(one: Tally, other: Tally): Record<string, number> {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const entries = [...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)] as const);
  return Object.fromEntries(entries.filter(([, count]) => count !== 0));
}

const differenceOf = (before: Tally, after: Tally): Tally =>
  sum(after, Object.fromEntries(Object.entries(before).map(([name, count]) => [name, -count])));

const shardKeys: readonly string[] = Array.from({ length: shards }, (_, index) =>
  String(index).padStart(2, '0'),
);
const shardOf = ({ id }: ObjectRef): string =>
  shardKeys[createHash('sha256').update(id).digest().readUInt16BE(0) % shards] ?? '00';
