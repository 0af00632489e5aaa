import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMirror } from './support/mirror.ts';
import { newGroup, startWorld, type TestWorld } from './support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ users: 12 });
});
afterAll(() => world.stop());

type Step =
  | {
      readonly do: 'create' | 'rename' | 'softDelete' | 'restore' | 'purge' | 'restoreUser' | 'deleteUser';
      readonly at: number;
    }
  | { readonly do: 'add' | 'remove'; readonly at: number; readonly members: readonly number[] };

const at = fc.nat(30);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('add' as const, 'remove' as const),
      at,
      members: fc.array(fc.nat(40), { minLength: 1, maxLength: 9 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'create' as const,
        'rename' as const,
        'softDelete' as const,
        'restore' as const,
        'purge' as const,
      ),
      at,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('deleteUser' as const, 'restoreUser' as const), at }),
  },
);

const pick = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)];

const perform = (taken: Step): void => {
  const { tenant } = world;
  const live = pick(tenant.store.live('group'), taken.at) ?? '';
  const deleted = pick(tenant.store.deleted('group'), taken.at);
  switch (taken.do) {
    case 'create':
      tenant.create('group', newGroup(`Group ${taken.at}`), {
        members: tenant.store.live('user').slice(0, taken.at % 7),
      });
      return;
    case 'rename':
      tenant.update(live, { displayName: `Renamed ${taken.at}` });
      return;
    case 'softDelete':
      if (tenant.store.live('group').length > 3) tenant.softDelete(live);
      return;
    case 'restore':
      if (deleted) tenant.restore(deleted);
      return;
    case 'purge':
      if (deleted) tenant.purge(deleted);
      return;
    case 'deleteUser':
      if (tenant.store.live('user').length > 6)
        tenant.softDelete(pick(tenant.store.live('user'), taken.at) ?? '');
      return;
    case 'restoreUser': {
      const user = pick(tenant.store.deleted('user'), taken.at);
      if (user) tenant.restore(user);
      return;
    }
    case 'add':
    case 'remove': {
      const members = taken.members.flatMap((index) => pick(tenant.store.live('user'), index) ?? []);
      if (taken.do === 'add') tenant.link('members', live, members);
      else tenant.unlink('members', live, members);
    }
  }
};

const truth = () =>
  Object.fromEntries(
    world.tenant.store.live('group').map((id) => [
      id,
      {
        displayName: world.tenant.find(id)?.properties.displayName,
        members: [...world.tenant.store.links.of('members', id)],
      },
    ]),
  );

describe('the group feed', () => {
  it('tells a reader the state of the directory, whatever happened and however it is paged, repeated and replayed', async () => {
    const run = fc.record({
      history: fc.array(step, { minLength: 1, maxLength: 40 }),
      objectsPerPage: fc.integer({ min: 1, max: 6 }),
      membersPerPage: fc.integer({ min: 1, max: 7 }),
      repeat: fc.constantFrom(0, 0.5),
      replay: fc.constantFrom(0, 0.5),
      emptyPage: fc.constantFrom(0, 0.3),
      minimal: fc.boolean(),
      isReadMidway: fc.func(fc.integer({ min: 0, max: 3 })),
    });
    await fc.assert(
      fc.asyncProperty(
        run,
        async ({
          history,
          objectsPerPage,
          membersPerPage,
          repeat,
          replay,
          emptyPage,
          minimal,
          isReadMidway,
        }) => {
          world.graph.behaviour.change({
            feed: {
              objectsPerPage,
              membersPerPage,
              repeat: { probability: repeat },
              replay: { probability: replay },
              emptyPage: { probability: emptyPage },
            },
          });
          const headers = minimal ? { Prefer: 'return=minimal' } : {};
          const mirror = createMirror();
          const steps = [...history];
          let link = '/v1.0/groups/delta?$select=displayName,members';
          let pages = 0;

          const readRound = async () => {
            for (;;) {
              const { body } = await world.get(link, { headers });
              mirror.applyAll(body.value);
              const happening = steps.splice(0, isReadMidway(pages++));
              for (const taken of happening) perform(taken);
              link = body['@odata.nextLink'] ?? body['@odata.deltaLink'];
              if (body['@odata.deltaLink']) return;
            }
          };
          await readRound();
          for (const taken of steps.splice(0)) perform(taken);
          await readRound();
          expect(mirror.state()).toEqual(truth());
        },
      ),
      { numRuns: 60 },
    );
  });
});
