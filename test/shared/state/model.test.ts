import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StateStore } from '../../../shared/state/index.ts';
import { collect } from './support/collect.ts';
import { storeKinds } from './support/stores.ts';

/** What a store should be: a map, and the versions that it has given out. */
type Model = Map<string, { readonly value: unknown; readonly version: string }>;

const key = fc.constantFrom('a', 'a/b', 'a.b', 'b', '#', 'é');
const partition = fc.constantFrom('p', 'p/q');
const operation = fc.oneof(
  fc.record({
    do: fc.constant('put' as const),
    partition,
    key,
    // As JSON gives it back: text has no negative zero.
    value: fc.jsonValue({ maxDepth: 1 }).map((value): unknown => JSON.parse(JSON.stringify(value))),
    when: fc.constantFrom('any' as const, 'absent' as const),
  }),
  fc.record({
    do: fc.constant('putVersion' as const),
    partition,
    key,
    value: fc.integer(),
    stale: fc.boolean(),
  }),
  fc.record({ do: fc.constant('delete' as const), partition, key }),
  fc.record({ do: fc.constant('deleteVersion' as const), partition, key, stale: fc.boolean() }),
  fc.record({
    do: fc.constant('list' as const),
    partition,
    from: fc.option(key, { nil: undefined }),
    before: fc.option(key, { nil: undefined }),
    limit: fc.option(fc.nat(4), { nil: undefined }),
  }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Does the same with store and model, and compares what both say. */
async function step(
  store: StateStore,
  model: Model,
  versions: Map<string, string>,
  op: Operation,
): Promise<void> {
  const name = `${op.partition}|${'key' in op ? op.key : ''}`;
  const known = model.get(name);
  const stale = versions.get(name);
  const put = async (value: unknown, when: Parameters<StateStore['put']>[3], holds: boolean) => {
    if (!('key' in op)) return;
    const result = await store.put(op.partition, op.key, value, when);
    expect(result.result).toBe(holds ? 'stored' : 'conflict');
    if (result.result === 'conflict') return;
    if (known) versions.set(name, known.version);
    model.set(name, { value, version: result.version });
  };
  switch (op.do) {
    case 'put':
      return put(op.value, op.when, op.when === 'any' || !known);
    case 'putVersion': {
      const version = op.stale ? stale : (known?.version ?? stale);
      // Only versions that the store has given out are ever asked for.
      if (version === undefined) return;
      return put(op.value, { version }, known?.version === version);
    }
    case 'delete':
      expect(await store.delete(op.partition, op.key)).toBe('deleted');
      if (known) versions.set(name, known.version);
      model.delete(name);
      return;
    case 'deleteVersion': {
      const version = op.stale ? stale : (known?.version ?? stale);
      if (version === undefined) return;
      const holds = !known || known.version === version;
      expect(await store.delete(op.partition, op.key, { version })).toBe(holds ? 'deleted' : 'conflict');
      if (holds) model.delete(name);
      return;
    }
    case 'list': {
      const { from, before, limit } = op;
      const range = {
        ...(from !== undefined && { from }),
        ...(before !== undefined && { before }),
        ...(limit !== undefined && { limit }),
      };
      const expected = [...model]
        .filter(([at]) => at.startsWith(`${op.partition}|`))
        .map(([at, entry]) => ({ key: at.slice(op.partition.length + 1), ...entry }))
        .filter(
          (entry) =>
            (from === undefined || entry.key >= from) && (before === undefined || entry.key < before),
        )
        .sort((one, other) => (one.key < other.key ? -1 : 1))
        .slice(0, limit);
      expect(await collect(store.list(op.partition, range))).toEqual(expected);
    }
  }
}

describe.each(storeKinds)('any history of a store $name', ({ name, start }) => {
  let kind: Awaited<ReturnType<typeof start>>;
  beforeAll(async () => {
    kind = await start();
  });
  afterAll(() => kind.stop());

  it('is that of a map', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 60, size: 'max' }), async (operations) => {
        const store = await kind.open();
        const model: Model = new Map();
        const versions = new Map<string, string>();
        for (const op of operations) await step(store, model, versions, op);
        for (const [at, entry] of model) {
          const [inPartition = '', atKey = ''] = at.split('|');
          expect(await store.get(inPartition, atKey)).toEqual({ key: atKey, ...entry });
        }
        await store.close();
      }),
      { numRuns: name === 'in Azure Table storage' ? 25 : 150 },
    );
  });
});
