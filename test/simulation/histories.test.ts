import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startSweep } from '../../shared/flow/sweep/index.ts';
import { actualGroups, expectedGroups } from './support/expected.ts';
import { arbitraryStep, createPlayer, type Player, type Step, seedPeople } from './support/history.ts';
import { createWorld, type World } from './support/world.ts';

const minute = 60_000;

/** Lag of reads, of lists of members and of the feed, in milliseconds; what the feed repeats; how often Graph fails. */
const arbitraryWeather = fc.record({
  reads: fc.constantFrom(0, 0, 3000, 40_000, 100_000),
  memberships: fc.constantFrom(0, 3000, 40_000, 400_000),
  feed: fc.constantFrom(0, 0, 1500, 30_000, 120_000),
  sometimes: fc.constantFrom(1, 0.5),
  repeat: fc.constantFrom(0, 0.3),
  page: fc.constantFrom(1, 3, 100),
  trouble: fc.constantFrom(0, 0, 0.1, 0.3),
});
type Weather = typeof arbitraryWeather extends fc.Arbitrary<infer T> ? T : never;

const behaviourOf = ({ reads, memberships, feed, sometimes, repeat, page, trouble }: Weather) => ({
  faults: [{ probability: trouble, effect: { kind: 'status', status: 503 } }],
  reads: { ms: reads, probability: sometimes },
  memberships: { ms: memberships, probability: sometimes },
  feed: {
    lagMs: feed,
    objectsPerPage: page,
    membersPerPage: page * 2,
    repeat: { probability: repeat },
    replay: { probability: repeat },
    emptyPage: { probability: repeat / 2 },
  },
});

/**
 * A world that notices when a member comes back after its removal, which the feed told, was applied,
 * and when a group is deleted that is not gone for good: it would come back with another SID. A feed
 * that lags tells of an old removal and then of an addition after it: that is no comeback.
 */
function watchedWorld() {
  const comebacks: string[] = [];
  const wrongEnds: string[] = [];
  /** Per group and member: the removal in the tenant that AD followed, and how far the tenant was when AD added it. */
  const removed = new Map<string, number>();
  const added = new Map<string, number>();
  const world = createWorld({
    feeds: ['groups', 'users'],
    onAdRemoval({ id }, tenant) {
      if (!tenant.store.graves.has(id)) wrongEnds.push(id);
    },
    onAdChange({ group, member, what, by }, tenant) {
      const key = `${group} ${member}`;
      const isThisOne = (id: string): boolean =>
        `group:${id}` === member ||
        tenant.store.objects.get(id)?.properties.onPremisesSecurityIdentifier === member;
      const isMember = tenant.store.links.of('members', group).some(isThisOne);
      const after = (sequence: number, how: 'added' | 'removed') =>
        [...tenant.log.since('group', sequence)].filter(
          ({ object, links }) => object.id === group && links.some((link) => link[how].some(isThisOne)),
        );
      if (what === 'removed' && by === 'delta' && !isMember) {
        const followed = after(added.get(key) ?? 0, 'removed')[0] ?? after(0, 'removed').at(-1);
        removed.set(key, followed?.sequence ?? tenant.log.last());
      }
      if (what === 'removed') return;
      added.set(key, tenant.log.last());
      const since = removed.get(key);
      if (!isMember && since !== undefined && after(since, 'added').length === 0) comebacks.push(key);
    },
  });
  return { world, comebacks, wrongEnds };
}

/**
 * Two groups are in AD, and the first synchronisation, its second look and all confirmations are over
 * before the history and its weather begin: nothing of them may make good what the history breaks.
 */
async function prepare(world: World, player: Player): Promise<void> {
  await player.play({ do: 'create', kind: 'microsoft365', members: [0, 1] });
  await player.play({ do: 'create', kind: 'security', members: [2] });
  await player.play({ do: 'enable', group: 1 });
  for (let times = 0; times < 4; times += 1) {
    await world.minute();
    await world.settle();
    world.clock.now += 8 * minute;
  }
  await world.pass(12 * minute);
  player.forgetChanges();
}

/** Plays a history with the lag that it has, then lets time pass: until every scheduled look has come, unless told. */
async function playAll(steps: readonly Step[], weather: Weather, minutes = 24) {
  const { world, ...wrong } = watchedWorld();
  const player = createPlayer(world, seedPeople(world));
  await prepare(world, player);
  world.behaviour.change(behaviourOf(weather));
  for (const step of steps) await player.play(step);
  await world.pass(4 * minute);
  // Lag goes on, but Graph and AD answer.
  world.behaviour.change({ faults: [] });
  const hasRefused = steps.some(({ do: what }) => what === 'adRefuses');
  world.ad.trouble.refuses = false;
  // What failed for long is tried once an hour.
  if (hasRefused) await world.pass(75 * minute);
  await world.pass(minutes * minute);
  return { world, groups: player.groups, wrong };
}

function expectSame({ world, groups, wrong }: Awaited<ReturnType<typeof playAll>>): void {
  const expected = expectedGroups(world.tenant, groups, (id) => world.ad.objects.has(`group:${id}`));
  expect(
    actualGroups(
      world.ad,
      expected.map(({ id }) => id),
    ),
  ).toEqual(expected);
  expect(wrong).toEqual({ comebacks: [], wrongEnds: [] });
}

/** Every group that is gone for good is gone from AD too, or a sweep has told that it is an orphan. */
function expectEnds({ world, groups }: Awaited<ReturnType<typeof playAll>>, orphansMayBe: boolean): void {
  const told = new Set(
    world.alerts.map(({ violation }) => (violation.code === 'ORPHAN' ? violation.about?.id : undefined)),
  );
  const left = groups.filter(
    (id) => world.tenant.store.graves.has(id) && world.ad.objects.has(`group:${id}`),
  );
  expect(left.filter((id) => !orphansMayBe || !told.has(id as never))).toEqual([]);
}

/** Three properties: more than a thousand histories in all. */
const runs = { numRuns: Number(process.env.RUNS ?? 370) };
const histories = fc.array(arbitraryStep, { minLength: 3, maxLength: 30 });

/** What the feed does not show at all: only a notification or a sweep tells. */
const isHidden = ({ do: what }: Step): boolean => what === 'enable' || what === 'disable';

/** Changes of the tenant, each followed by a drain that may end before or after any of its effects. */
const drains = fc
  .array(
    fc.tuple(
      arbitraryStep.filter(({ do: what }) => what === 'add' || what === 'remove' || what === 'describe'),
      fc.record({
        do: fc.constant('work' as const),
        rings: fc.constant(true),
        picks: fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 6 }),
        crashAt: fc.option(fc.nat({ max: 3 }), { freq: 3 }),
        when: fc.constantFrom('before' as const, 'after' as const),
      }),
      fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 20, 70) }),
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((rounds): readonly Step[] => rounds.flat());

it('a process that ends at any step of a drain loses nothing that only the feed tells', async () => {
  await fc.assert(
    fc.asyncProperty(drains, arbitraryWeather, async (steps, weather) => {
      expectSame(await playAll(steps, weather));
    }),
    runs,
  );
}, 400_000);

/**
 * A feed that starts over while lists of members are old: the second look meets a group whose description has changed,
 * and must read its members all the same.
 */
const oldMembersAtReset: [Step[], Weather] = [
  [{ do: 'forgetLinks' }, { do: 'describe', group: 0, text: 0 }, { do: 'add', group: 0, member: 2 }],
  { reads: 100_000, memberships: 400_000, feed: 0, sometimes: 1, repeat: 0, page: 1, trouble: 0 },
];

/** AD refuses for a while, so that all members are read anew, from a list that is older than the removal. */
const oldMembersAfterRemoval: [Step[], Weather] = [
  [
    { do: 'remove', group: 0, member: 0 },
    { do: 'work', rings: true, picks: [0], crashAt: null, when: 'before' },
    { do: 'adRefuses', refuses: true },
    { do: 'work', rings: false, picks: [0], crashAt: null, when: 'before' },
  ],
  { reads: 0, memberships: 400_000, feed: 0, sometimes: 1, repeat: 0.3, page: 1, trouble: 0 },
];

it('without any sweep, the feeds alone lead to the directory that the tenant says, whatever happens to notifications, reads and processes', async () => {
  await fc.assert(
    fc.asyncProperty(histories, arbitraryWeather, async (steps, weather) => {
      const told = steps.filter((step) => !isHidden(step) && step.do !== 'sweep');
      const played = await playAll(told, weather);
      expectSame(played);
      expectEnds(
        played,
        told.some((step) => step.do === 'forgetLinks'),
      );
    }),
    { ...runs, examples: [oldMembersAtReset, oldMembersAfterRemoval] },
  );
}, 400_000);

it('with a sweep in the end, so does everything, also what no feed shows', async () => {
  await fc.assert(
    fc.asyncProperty(histories, arbitraryWeather, async (steps, weather) => {
      const played = await playAll(steps, weather, 4);
      const { world } = played;
      await startSweep('group', { why: 'request' }, world.trace, world.around.sweeping);
      await world.pass(12 * minute);
      expectSame(played);
      expectEnds(played, true);
    }),
    runs,
  );
}, 400_000);
