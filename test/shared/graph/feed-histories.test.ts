import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraId } from '../../../shared/domain/index.ts';
import { type FeedItem, mergeFeedItems } from '../../../shared/graph/index.ts';
import { collect, group, startWorld, user, type World } from './support/world.ts';

/** What a reader of the feed knows of a group; `unsure` where it was told to read the members completely. */
type Known = { readonly members: Set<string>; unsure: boolean };

function apply(mirror: Map<string, Known>, items: readonly FeedItem[]): void {
  for (const { id, removed, members } of items) {
    const known = mirror.get(id) ?? { members: new Set<string>(), unsure: false };
    if (members === 'unreadable') known.unsure = true;
    else if (members) {
      for (const one of members.added) known.members.add(one);
      for (const one of members.removed) known.members.delete(one);
    }
    if (removed) mirror.delete(id);
    else mirror.set(id, known);
  }
}

const ids = Array.from({ length: 6 }, (_, index) =>
  EntraId.parse(`00000000-0000-4000-8000-00000000000${index}`),
);
const members = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...ids), fc.boolean()), { selector: ([id]) => id })
  .map((all) => ({
    added: all.filter(([, isAdded]) => isAdded).map(([id]) => id),
    removed: all.filter(([, isAdded]) => !isAdded).map(([id]) => id),
  }));
const item: fc.Arbitrary<FeedItem> = fc
  .record({
    id: fc.constantFrom(...ids),
    removed: fc.option(fc.constantFrom('softDeleted' as const, 'deleted' as const), {
      nil: undefined,
      freq: 5,
    }),
    properties: fc.dictionary(fc.constantFrom('a', 'b'), fc.nat(3)),
    members: fc.option(fc.oneof({ weight: 8, arbitrary: members }, fc.constant('unreadable' as const)), {
      nil: undefined,
    }),
  })
  .map(({ id, removed, properties, members: told }) => ({
    id,
    ...(removed && { removed }),
    properties,
    ...(told !== undefined && !removed && { members: told }),
  }));
const items = fc.array(item, { maxLength: 25, size: 'max' });

describe('merged items', () => {
  it('name each object once, and say what the items one by one say', () => {
    fc.assert(
      fc.property(items, (all) => {
        const merged = mergeFeedItems(all);
        expect(new Set(merged.map(({ id }) => id)).size).toBe(merged.length);
        for (const one of merged) {
          const own = all.filter(({ id }) => id === one.id);
          expect(one.removed).toBe(own.at(-1)?.removed);
          for (const [name, value] of Object.entries(one.properties)) {
            expect(own.findLast((each) => name in each.properties)?.properties[name]).toBe(value);
          }
          if (one.removed) {
            expect(one.members).toBeUndefined();
            continue;
          }
          const end = own.findLastIndex((each) => each.removed);
          const isUnsure = end >= 0 || own.some((each) => each.members === 'unreadable');
          expect(one.members === 'unreadable').toBe(isUnsure);
          if (isUnsure || one.members === undefined || one.members === 'unreadable') continue;
          for (const id of ids) {
            const last = own.findLast(
              ({ members: told }) =>
                told !== undefined &&
                told !== 'unreadable' &&
                (told.added.includes(id) || told.removed.includes(id)),
            )?.members;
            const isAdded = last !== undefined && last !== 'unreadable' && last.added.includes(id);
            expect(one.members.added.includes(id)).toBe(isAdded);
            expect(one.members.removed.includes(id)).toBe(last !== undefined && !isAdded);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('may be merged in any pieces, and again', () => {
    fc.assert(
      fc.property(items, items, (one, two) => {
        const whole = mergeFeedItems([...one, ...two]);
        expect(mergeFeedItems([...mergeFeedItems(one), ...mergeFeedItems(two)])).toEqual(whole);
        expect(mergeFeedItems(whole)).toEqual(whole);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('any history of groups', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constantFrom('join' as const, 'leave' as const),
        group: fc.nat(3),
        user: fc.nat(5),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constantFrom('delete' as const, 'restore' as const),
        group: fc.nat(3),
        user: fc.constant(0),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('drain' as const),
        group: fc.constant(0),
        user: fc.constant(0),
      }),
    },
  );
  const trouble = fc.record({
    objectsPerPage: fc.integer({ min: 1, max: 3 }),
    membersPerPage: fc.integer({ min: 1, max: 4 }),
    repeat: fc.record({ probability: fc.constantFrom(0, 0.5) }),
    replay: fc.record({ probability: fc.constantFrom(0, 0.5) }),
    emptyPage: fc.record({ probability: fc.constantFrom(0, 0.3) }),
  });

  it('is told by its feed through pages, repeats, replays and empty pages', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40, size: 'max' }), trouble, async (steps, feed) => {
        const { tenant, double } = world;
        double.behaviour.reset();
        const people = Array.from({ length: 6 }, (_, index) => tenant.create('user', user(`U ${index}`)));
        const { graph } = world.client();
        const mirror = new Map<string, Known>();
        let from: Parameters<typeof graph.drainFeed>[1] = 'latest';
        const drain = async () => {
          const pages = await collect(graph.drainFeed('groups', from));
          const last = pages.at(-1);
          if (last?.outcome !== 'page') throw new Error(`The feed ended with ${last?.outcome}.`);
          from = { link: last.link };
          apply(mirror, mergeFeedItems(pages.flatMap((page) => (page.outcome === 'page' ? page.items : []))));
        };
        await drain();
        double.behaviour.change({ feed });
        const groups = Array.from({ length: 4 }, (_, index) => tenant.create('group', group(`H ${index}`)));
        for (const one of steps) {
          const id = groups[one.group]?.id ?? '';
          const member = people[one.user]?.id ?? '';
          const isLive = tenant.find(id) !== undefined;
          if (one.do === 'drain') await drain();
          else if (one.do === 'join' && isLive) tenant.link('members', id, [member]);
          else if (one.do === 'leave' && isLive) tenant.unlink('members', id, [member]);
          else if (one.do === 'delete' && isLive) tenant.softDelete(id);
          else if (one.do === 'restore' && !isLive) tenant.restore(id);
        }
        await drain();
        for (const { id } of groups) {
          const known = mirror.get(id);
          expect(known !== undefined).toBe(tenant.find(id) !== undefined);
          if (!known || known.unsure) continue;
          expect([...known.members].sort()).toEqual([...tenant.store.links.of('members', id)].sort());
        }
      }),
      { numRuns: 60 },
    );
  });
});
