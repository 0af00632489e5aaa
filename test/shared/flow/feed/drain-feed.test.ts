import { describe, expect, it } from 'vitest';
import { drainFeed } from '../../../../shared/flow/feed/drain-feed.ts';
import { loadPolicy } from '../../../../shared/policy/index.ts';
import {
  createGroup,
  doorbell,
  membersInAd,
  minute,
  requestsOf,
  type Started,
  sid,
  startedWorld,
} from '../world.ts';

describe('a doorbell', () => {
  it('of a burst finds the feed drained by the one before: a hundred notifications cost one drain', async () => {
    const world = await startedWorld();
    const id = createGroup(world);
    requestsOf(world);
    for (let times = 0; times < 100; times += 1) {
      world.clock.now += 1;
      await world.queues.bus.send('feeds', [{ body: doorbell(world, [id]) }]);
    }
    world.clock.now += 1;
    await world.settle();
    expect(requestsOf(world)['GET /groups/delta']).toBe(1);
  });

  it('rings again after 2, 10 and 60 s while the feed has not shown the object, and no longer', async () => {
    const world = await startedWorld({ behaviour: { feed: { lagMs: 10 * minute } } });
    const start = world.clock.now;
    const drains: number[] = [];
    await world.queues.bus.send('feeds', [{ body: doorbell(world, [createGroup(world)]) }]);
    requestsOf(world);
    while (world.queues.count('feeds') > 0) {
      world.clock.now = Math.max(world.clock.now, world.queues.nextDue() ?? world.clock.now) + 1;
      await world.settle();
      if (requestsOf(world)['GET /groups/delta']) drains.push(Math.round((world.clock.now - start) / 1000));
    }
    expect(drains).toEqual([0, 2, 12, 72]);
  });

  it('stops ringing as soon as the feed shows the object', async () => {
    const world = await startedWorld({ behaviour: { feed: { lagMs: 5000 } } });
    await world.queues.bus.send('feeds', [{ body: doorbell(world, [createGroup(world)]) }]);
    await world.pass(13_000, false);
    expect(world.queues.count('feeds')).toBe(0);
    expect(world.ad.objects.size).toBe(1);
  });

  it('of the timer brings what no notification told', async () => {
    const world = await startedWorld();
    const id = createGroup(world, [world.people[0] ?? '']);
    await world.minute();
    await world.settle();
    expect(membersInAd(world, id)).toEqual([sid(0)]);
  });
});

describe('a group that changes by more members than a message holds', () => {
  const seeded = (world: Started, count: number): readonly string[] =>
    Array.from(
      { length: count },
      (_, index) =>
        world.tenant.seed.user({
          displayName: `Extra ${index}`,
          userPrincipalName: `extra${index}@contoso.com`,
          onPremisesSyncEnabled: true,
          onPremisesSecurityIdentifier: `S-1-5-21-1-2-3-${10_000 + index}`,
        }).id,
    );

  it.each([
    [4900, 'one by one', 0],
    [5100, 'by a complete read', 1],
  ])('(%d at once) is brought up to date %s', async (count, _how, reads) => {
    const world = await startedWorld({ behaviour: { feed: { membersPerPage: 200 } } });
    const [one = ''] = world.people;
    const id = createGroup(world, [one]);
    await world.pass(16 * minute);
    const extra = seeded(world, count);
    requestsOf(world);
    world.tenant.link('members', id, extra);
    await world.minute();
    await world.settle();
    expect(membersInAd(world, id)).toHaveLength(count + 1);
    expect(Math.ceil((requestsOf(world)['GET /groups/{id}/members'] ?? 0) / 6)).toBe(reads);
    world.tenant.unlink('members', id, [one, ...extra.slice(1)]);
    await world.minute();
    await world.settle();
    expect(membersInAd(world, id)).toEqual(['S-1-5-21-1-2-3-10000']);
  });

  it('and whose members are read too soon to show it is read again some minutes later', async () => {
    const world = await startedWorld();
    const id = createGroup(world, world.people);
    await world.pass(16 * minute);
    world.behaviour.change({ memberships: { ms: 2 * minute } });
    world.tenant.link('members', id, seeded(world, 5100));
    await world.minute();
    await world.settle();
    expect(membersInAd(world, id)).toHaveLength(world.people.length);
    await world.pass(6 * minute);
    expect(membersInAd(world, id)).toHaveLength(world.people.length + 5100);
  });
});

describe('a process that ends while it drains', () => {
  it.each(['before', 'after'] as const)(
    'at any of its calls, %s it took effect, loses no change',
    async (when) => {
      let reached = true;
      let call = 0;
      for (; reached; call += 1) {
        const world = await startedWorld({ behaviour: { feed: { objectsPerPage: 1, membersPerPage: 1 } } });
        const [one = '', two = ''] = world.people;
        const kept = createGroup(world, [one, two]);
        const gone = createGroup(world, [one]);
        await world.pass(2 * minute);
        world.tenant.unlink('members', kept, [two]);
        world.tenant.softDelete(gone);
        world.tenant.purge(gone);
        const made = createGroup(world, [two]);

        world.crashes.plan(call, when);
        await drainFeed(doorbell(world), world.trace, world.around.draining).catch(() => undefined);
        reached = world.crashes.calls() > call;
        world.crashes.plan(undefined);
        await world.pass(2 * minute);

        expect([call, membersInAd(world, kept), membersInAd(world, gone), membersInAd(world, made)]).toEqual([
          call,
          [sid(0)],
          undefined,
          [sid(1)],
        ]);
      }
      expect(call).toBeGreaterThan(8);
    },
  );

  it('keeps the old link until every change that follows it is in Service Bus', async () => {
    const world = await startedWorld();
    createGroup(world);
    const before = (await world.around.feedStates.load('groups')).link;
    const bus: typeof world.around.bus = {
      ...world.queues.bus,
      send: () => Promise.reject(new Error('Service Bus is away')),
    };
    const drain = drainFeed(doorbell(world), world.trace, { ...world.around.draining, bus });
    await expect(drain).rejects.toThrow('Service Bus is away');
    expect((await world.around.feedStates.load('groups')).link).toBe(before);
  });
});

describe('a drain whose session was lost to another one', () => {
  it('keeps no link that leads back, and loses nothing', async () => {
    const world = await startedWorld({ behaviour: { feed: { objectsPerPage: 1 } } });
    const ids = [createGroup(world), createGroup(world)];
    const { drainFeed: pages } = world.graph;
    const links: (string | undefined)[] = [];
    const linkNow = async () => (await world.around.feedStates.load('groups')).link;
    const slow: typeof world.graph = {
      ...world.graph,
      async *drainFeed(feed, from) {
        for await (const page of pages(feed, from)) {
          if (links.length === 0) {
            world.clock.now += 1000;
            await drainFeed(doorbell(world), world.trace, world.around.draining);
            links.push(await linkNow());
          }
          yield page;
        }
      },
    };
    await drainFeed(doorbell(world), world.trace, { ...world.around.draining, graph: slow });
    expect(await linkNow()).toBe(links[0]);
    expect(world.named('feed.overtaken')).toHaveLength(1);
    await world.settle();
    expect(ids.map((id) => membersInAd(world, id))).toEqual([[], []]);
  });
});

describe('a feed that Graph has forgotten', () => {
  it.each([
    ['410 syncStateNotFound', { resync: { next: 1 } }],
    ['400 resyncRequired', { resync: { next: 1 }, resyncStatus: 400, resyncCode: 'resyncRequired' }],
  ])('(%s) is begun anew, what changed meanwhile is found, and nothing is deleted', async (_what, feed) => {
    const world = await startedWorld();
    const [one = '', two = ''] = world.people;
    const ids = [createGroup(world, [one]), createGroup(world, [one, two])];
    await world.pass(2 * minute);
    const [first = '', second = ''] = ids;
    world.tenant.unlink('members', second, [two]);
    world.tenant.update(first, { description: 'Changed while nobody looked' });
    world.behaviour.change({ feed });
    const before = world.ad.objects.size;
    const added = createGroup(world, [two]);
    await world.minute();
    await world.settle();
    expect(world.named('feed.started').at(-1)).toMatchObject({ feed: 'groups', because: 'reset' });
    await world.pass(minute);
    expect(world.ad.objects.size).toBe(before + 1);
    expect(membersInAd(world, second)).toEqual([sid(0)]);
    expect(membersInAd(world, added)).toEqual([sid(1)]);
    expect(world.ad.objects.get(`group:${first}`)?.attributes.get('description')).toEqual([
      '"Changed while nobody looked"',
    ]);
  });

  it('in the middle of a round carries over what ended before, which nothing would tell again', async () => {
    const world = await startedWorld({ behaviour: { feed: { objectsPerPage: 1 } } });
    const gone = createGroup(world);
    const other = createGroup(world);
    await world.pass(16 * minute);
    world.tenant.softDelete(gone);
    world.tenant.purge(gone);
    world.clock.now += 1000;
    world.tenant.update(other, { description: 'On the second page' });
    const { drainFeed: pages } = world.graph;
    const graph: typeof world.graph = {
      ...world.graph,
      async *drainFeed(feed, from, needs) {
        for await (const page of pages(feed, from, needs)) {
          if (page.outcome === 'page' && page.kind === 'delta' && from !== 'latest') {
            const why = { code: 'syncStateNotFound', message: 'Forgotten.', retry: 'never' } as const;
            return yield { outcome: 'resync', why } as const;
          }
          yield page;
        }
      },
    };
    await drainFeed(doorbell(world), world.trace, { ...world.around.draining, graph });
    await world.pass(4 * minute);
    expect(membersInAd(world, gone)).toBeUndefined();
    expect(world.alerts.filter(({ violation }) => violation.code === 'ORPHAN')).toEqual([]);
    expect(world.ad.objects.get(`group:${other}`)?.attributes.get('description')).toEqual([
      '"On the second page"',
    ]);
  });

  it('whose link is older than seven days is begun anew as well', async () => {
    const world = await startedWorld();
    world.clock.now += 8 * 24 * 60 * minute;
    const id = createGroup(world);
    await world.minute();
    await world.settle();
    await world.pass(minute);
    expect(membersInAd(world, id)).toEqual([]);
  });

  it('looks at everything a second time when reads can no longer be older than the new link', async () => {
    const world = await startedWorld();
    const [one = ''] = world.people;
    world.behaviour.change({ memberships: { ms: 10 * minute }, feed: { resync: { next: 1 } } });
    const id = createGroup(world, [one]);
    await world.minute();
    await world.settle();
    expect(membersInAd(world, id)).toEqual([]);
    await world.pass(17 * minute);
    expect(membersInAd(world, id)).toEqual([sid(0)]);
  });
});

describe('a feed that cannot be read', () => {
  it('opens a violation once, loses nothing, and resolves it when it can be read again', async () => {
    const world = await startedWorld();
    const id = createGroup(world);
    const fault = { path: '/groups/delta', effect: { kind: 'status', status: 503 } };
    world.behaviour.change({ faults: [fault] });
    await world.pass(3 * minute);
    expect(membersInAd(world, id)).toBeUndefined();
    world.behaviour.change({ faults: [] });
    await world.pass(minute);
    expect(membersInAd(world, id)).toEqual([]);
    const told = world.alerts.filter(({ violation }) => violation.subject === 'the feed of groups');
    expect(told.map(({ event, violation }) => [event, violation.code])).toEqual([
      ['opened', 'GRAPH_UNREADABLE'],
      ['resolved', 'GRAPH_UNREADABLE'],
    ]);
  });

  it('is left alone for as long as Graph asks, when a notification rang', async () => {
    const world = await startedWorld();
    const why = {
      code: 'TooManyRequests',
      message: 'slow down',
      retry: 'later',
      retryAfterMs: 45_000,
    } as const;
    const graph = {
      async *drainFeed() {
        yield { outcome: 'failed', why } as const;
      },
    };
    const sent: unknown[] = [];
    const bus: typeof world.around.bus = {
      ...world.queues.bus,
      send: async (queue, _outgoing, options) => void sent.push([queue, options?.notBefore]),
    };
    const id = createGroup(world);
    await drainFeed(doorbell(world, [id]), world.trace, { ...world.around.draining, graph, bus });
    expect(sent).toEqual([['feeds', new Date(world.clock.now + 45_000)]]);
  });
});

describe('a policy that decides by more than plain properties', () => {
  it.each([
    [
      'an owner',
      (owner: string) => `{ attribute: owners, operator: includes, value: ${owner} }`,
      (world: Started, id: string, owner: string) => void world.tenant.link('owners', id, [owner]),
    ],
    [
      'an extension attribute',
      () => '{ attribute: extension.extensionAttribute3, operator: equals, value: ad }',
      (world: Started, id: string) =>
        void world.tenant.update(id, { onPremisesExtensionAttributes: { extensionAttribute3: 'ad' } }),
    ],
  ])(
    '(%s) gets a feed that shows it, and everything is looked at once more',
    async (_what, clause, change) => {
      const world = await startedWorld();
      const [owner = ''] = world.people;
      const loaded = loadPolicy(`groups:\n  - rule: ours\n    when: ${clause(owner)}\n    writeback: true\n`);
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
      const security = { groupTypes: [], mailEnabled: false, securityEnabled: true };
      const earlier = createGroup(world, [], security);
      change(world, earlier, owner);
      await world.pass(2 * minute);
      const id = createGroup(world, [], security);
      expect(membersInAd(world, earlier)).toBeUndefined();
      world.policy.current = loaded.policy;
      await world.pass(3 * minute);
      expect([membersInAd(world, id), membersInAd(world, earlier)]).toEqual([undefined, []]);
      change(world, id, owner);
      await world.pass(2 * minute);
      expect(membersInAd(world, id)).toEqual([]);
    },
  );
});
