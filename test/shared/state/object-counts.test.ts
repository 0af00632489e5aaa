import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntraId, Moment, type ObjectKind } from '../../../shared/domain/index.ts';
import {
  countedStates,
  createObjectCounts,
  createObjectStates,
  memoryStore,
  type ObjectState,
} from '../../../shared/state/index.ts';

const at = Moment.parse('2026-03-01T08:00:00.000Z');
const idOf = (index: number): EntraId =>
  EntraId.parse(`00000000-0000-4000-8000-${String(index).padStart(12, '0')}`);
const outcomes = ['write', 'freeze', 'remove', 'ignore'] as const;

const decided = (outcome: (typeof outcomes)[number]): Partial<ObjectState> => ({
  lastDecision: { outcome, reason: 'NOT_ENABLED', rule: null, policyVersion: 'p', at },
});
const keptBack = (created: number): Partial<ObjectState> => ({
  keptBack: { created, changed: 0, deleted: 0, membersAdded: 2 * created, membersRemoved: 0 },
});

const step = fc.record({
  kind: fc.constantFrom<ObjectKind>('group', 'user', 'device'),
  index: fc.nat(6),
  change: fc.oneof(
    fc.constantFrom(...outcomes).map(decided),
    fc.boolean().map((written): Partial<ObjectState> => ({ written })),
    fc.nat(3).map(keptBack),
    fc.constant<Partial<ObjectState>>({ keptBack: undefined }),
  ),
});

/** What the status shows, counted one by one. */
async function countedByHand(states: ReturnType<typeof createObjectStates>) {
  const counts: Record<string, Record<string, number>> = { group: {}, user: {}, device: {} };
  for (const kind of ['group', 'user', 'device'] as const) {
    for await (const { state } of states.list(kind)) {
      const names = [state.lastDecision?.outcome, state.written ? 'written' : undefined].filter(Boolean);
      const added = [
        ...names.map((name) => [String(name), 1] as const),
        ...Object.entries(state.keptBack ?? {}).map(([name, count]) => [`keptBack.${name}`, count] as const),
      ];
      const of = counts[kind] ?? {};
      for (const [name, count] of added) if (count > 0) of[name] = (of[name] ?? 0) + count;
    }
  }
  return counts;
}

describe('the counts of objects', () => {
  it('are those of the states after any history, at once and after a recount', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const store = memoryStore();
        const counts = createObjectCounts(store);
        const plain = createObjectStates(store, () => new Date(at));
        const states = countedStates(plain, counts);
        for (const { kind, index, change } of steps)
          await states.update({ kind, id: idOf(index) }, (state) => ({ ...state, ...change }));
        const expected = await countedByHand(plain);
        expect(await counts.read()).toEqual(expected);
        await counts.recount(plain);
        expect(await counts.read()).toEqual(expected);
      }),
    );
  });

  it('are right when many change at the same time', async () => {
    const store = memoryStore();
    const counts = createObjectCounts(store);
    const states = countedStates(
      createObjectStates(store, () => new Date(at)),
      counts,
    );
    const all = Array.from({ length: 300 }, (_, index) => index);
    await Promise.all(
      all.map((index) =>
        states.update({ kind: 'group', id: idOf(index) }, (state) => ({ ...state, ...decided('write') })),
      ),
    );
    expect((await counts.read()).group).toEqual({ write: 300 });
  });

  it('are mended by a recount, whatever a crash did to them', async () => {
    const store = memoryStore();
    const counts = createObjectCounts(store);
    const plain = createObjectStates(store, () => new Date(at));
    await plain.update({ kind: 'user', id: idOf(1) }, (state) => ({ ...state, written: true }));
    expect(await counts.read()).toEqual({ group: {}, user: {}, device: {} });
    await counts.recount(plain);
    expect((await counts.read()).user).toEqual({ written: 1 });
  });
});
