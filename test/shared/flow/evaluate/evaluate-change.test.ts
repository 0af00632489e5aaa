import { describe, expect, it } from 'vitest';
import { type Change, EntraId, momentOf } from '../../../../shared/domain/index.ts';
import { evaluateChange } from '../../../../shared/flow/evaluate/evaluate-change.ts';
import { createGroup, membersInAd, minute, requestsOf, type Started, sid, startedWorld } from '../world.ts';

const changeOf = (world: Started, id: Change['id'], more: Partial<Change> = {}): Change => ({
  kind: 'group',
  id,
  cause: 'feed',
  membership: { read: 'none' },
  receivedAt: momentOf(world.now()),
  attempt: 0,
  ...more,
});

const evaluate = (world: Started, change: Change): Promise<void> =>
  evaluateChange(change, world.trace, world.around.evaluating);

/** A written group whose confirmations are over. */
async function writtenGroup(world: Started, members: readonly string[] = []) {
  const id = createGroup(world, members);
  await world.pass(16 * minute);
  return id;
}

describe('a change that cannot be evaluated now', () => {
  it('is tried again later, and takes along what the feed reported meanwhile, in order', async () => {
    const world = await startedWorld();
    const [one = '', two = ''] = world.people;
    const id = await writtenGroup(world, [one]);
    world.behaviour.change({
      faults: [{ path: '/(groups|users|\\$batch)', effect: { kind: 'status', status: 503 } }],
    });
    world.tenant.link('members', id, [two]);
    await evaluate(world, changeOf(world, id, { membership: deltaOf([two], []) }));
    world.tenant.unlink('members', id, [two]);
    await evaluate(world, changeOf(world, id, { membership: deltaOf([], [two, one]) }));
    world.tenant.unlink('members', id, [one]);
    world.behaviour.change({ faults: [] });
    await world.pass(20_000, false);
    expect(membersInAd(world, id)).toEqual([]);
  });

  it('waits at least as long as Graph asks', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    const decide = async () =>
      ({
        step: 'unreadable',
        why: { code: 'TooManyRequests', message: 'slow down', retry: 'later', retryAfterMs: 190_500 },
      }) as const;
    const sent: (Date | undefined)[] = [];
    const bus: typeof world.around.bus = {
      ...world.queues.bus,
      send: async (_queue, _outgoing, options) => void sent.push(options?.notBefore),
    };
    await evaluateChange(changeOf(world, id), world.trace, { ...world.around.evaluating, decide, bus });
    expect(sent).toEqual([new Date(world.clock.now + 190_500)]);
  });

  it('is looked at again although Service Bus hands out each copy before our clock says that it is due', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    world.behaviour.change({
      faults: [{ path: '/(groups|\\$batch)', effect: { kind: 'status', status: 503 } }],
    });
    world.tenant.update(id, { description: 'Later' });
    await evaluate(world, changeOf(world, id));
    for (let round = 0; round < 6; round += 1) {
      if (round === 5) world.behaviour.change({ faults: [] });
      const due = world.queues.first(`changes/group:${id}`, world.clock.now + 60 * minute)?.due ?? 0;
      world.clock.now = due - 400;
      const early = world.queues.first(`changes/group:${id}`, due);
      if (early) await world.deliver(early);
    }
    await world.settle();
    expect(world.ad.objects.get(`group:${id}`)?.attributes.get('description')).toEqual(['"Later"']);
  });

  it.each([
    [403, 'Authorization_RequestDenied', 1],
    [503, 'serviceNotAvailable', 0],
  ])('is told after some minutes where a person must act: %i', async (status, code, told) => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    const open = () => Array.fromAsync(world.around.incidents.list({ code: 'GRAPH_UNREADABLE' }));
    world.behaviour.change({ faults: [{ path: `/groups/${id}`, effect: { kind: 'status', status, code } }] });
    world.tenant.update(id, { description: 'Later' });
    await evaluate(world, changeOf(world, id, { cause: 'notification' }));
    await world.pass(2 * minute, false);
    expect(await open()).toEqual([]);
    await world.pass(8 * minute, false);
    const incidents = await open();
    expect(incidents).toHaveLength(told);
    if (told)
      expect(incidents).toMatchObject([{ violation: { about: { kind: 'group', id }, details: { code } } }]);
    world.behaviour.change({ faults: [] });
    await world.pass(20 * minute, false);
    expect(await open()).toEqual([]);
    expect(world.ad.objects.get(`group:${id}`)?.attributes.get('description')).toEqual(['"Later"']);
  });

  it('about an object that nobody finds is given up after about four minutes, and removes nothing', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    world.tenant.store.bury(world.tenant.find(id) ?? neverHappens());
    await evaluate(world, changeOf(world, id, { cause: 'notification' }));
    await world.pass(5 * minute, false);
    expect(world.named('change.notFound')).toHaveLength(1);
    expect(membersInAd(world, id)).toEqual([]);
  });
});

describe('a process that ends while it evaluates', () => {
  it.each(['before', 'after'] as const)(
    'at any of its calls, %s it took effect, loses nothing',
    async (when) => {
      let reached = true;
      let call = 0;
      for (; reached; call += 1) {
        const world = await startedWorld();
        const [one = '', two = '', three = ''] = world.people;
        const id = await writtenGroup(world, [one, two]);
        world.tenant.unlink('members', id, [one]);
        world.tenant.link('members', id, [three]);
        world.tenant.update(id, { description: `After call ${call}` });
        await world.queues.bus.send('changes', [
          { body: changeOf(world, id, { membership: deltaOf([three], [one]) }) },
        ]);
        const message = world.queues.ready(world.clock.now).find(({ queue }) => queue === 'changes');
        world.crashes.plan(call, when);
        await world.deliver(message ?? neverHappens());
        reached = world.crashes.calls() > call;
        world.crashes.plan(undefined);
        await world.settle();
        expect([call, membersInAd(world, id)]).toEqual([call, [sid(1), sid(2)].toSorted()]);
        expect(world.ad.objects.get(`group:${id}`)?.attributes.get('description')).toEqual([
          `"After call ${call}"`,
        ]);
      }
      expect(call).toBeGreaterThan(10);
    },
  );
});

describe('a complete read', () => {
  it('that is older than a removal which the feed told does not bring the member back', async () => {
    const world = await startedWorld();
    const [one = '', two = ''] = world.people;
    const id = await writtenGroup(world, [one, two]);
    world.behaviour.change({ memberships: { ms: 10 * minute } });
    world.tenant.unlink('members', id, [two]);
    await world.pass(minute);
    expect(membersInAd(world, id)).toEqual([sid(0)]);
    await evaluate(world, changeOf(world, id, { cause: 'dependant', membership: { read: 'complete' } }));
    await world.settle();
    expect(requestsOf(world)['GET /groups/{id}/members']).toBeGreaterThan(0);
    expect(membersInAd(world, id)).toEqual([sid(0)]);
  });

  it('that ends early removes nobody, and is tried again', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world, world.people);
    const whole = membersInAd(world, id);
    const graph: typeof world.graph = {
      ...world.graph,
      async *readMembers() {
        yield { members: [], last: false };
      },
    };
    const cut = { ...world.around, graph };
    const { createDecide } = await import('../../../../shared/flow/evaluate/decide-change.ts');
    const decide = createDecide({ ...world.app.deciding, graph: cut.graph });
    const change = changeOf(world, id, { cause: 'dependant', membership: { read: 'complete' } });
    await evaluateChange(change, world.trace, { ...world.around.evaluating, decide });
    await world.settle();
    expect(membersInAd(world, id)).toEqual(whole);
    expect(world.named('change.deferred').at(-1)).toMatchObject({ id, code: 'MEMBERS_CUT_SHORT' });
  });
});

describe('a look that a sign of Graph led to', () => {
  it('is confirmed after five minutes, since the read may have been older than the change', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    world.behaviour.change({ reads: { ms: 2 * minute } });
    world.tenant.update(id, { description: 'Late' });
    await world.pass(4 * minute);
    expect(descriptionOf(world, id)).toEqual([]);
    await world.pass(3 * minute);
    expect(descriptionOf(world, id)).toEqual(['"Late"']);
  });

  it('is confirmed once, however many signs there were, and what was right costs the relay nothing', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    for (let times = 1; times <= 20; times += 1) {
      world.tenant.update(id, { description: `Number ${times}` });
      await world.ring('groups');
      await world.pass(3000, false);
    }
    await world.pass(5000, false);
    const before = world.queues.sent('intents');
    requestsOf(world);
    await world.pass(8 * minute, false);
    expect(requestsOf(world)['GET /groups/{id}']).toBe(1);
    expect(world.queues.sent('intents')).toBe(before);
  });
});

describe('a change of a kind that the policy does not write', () => {
  it('costs no request to Graph', async () => {
    const world = await startedWorld();
    const [one = ''] = world.people;
    requestsOf(world);
    await evaluate(world, changeOf(world, idOf(one), { kind: 'user', cause: 'notification' }));
    expect(requestsOf(world)).toEqual({});
    expect(await world.around.states.load({ kind: 'user', id: idOf(one) })).toMatchObject({ written: false });
  });

  it('calls the groups that wait for the object once AD has it, and those only', async () => {
    const world = await startedWorld();
    const cloudOnly = { displayName: 'New', userPrincipalName: 'new@contoso.com', accountEnabled: true };
    const { id: person } = world.tenant.create('user', { ...cloudOnly, userType: 'Member' });
    const group = await writtenGroup(world, [person]);
    await writtenGroup(world);
    expect(membersInAd(world, group)).toEqual([]);
    world.tenant.update(person, {
      onPremisesSyncEnabled: true,
      onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-9000',
    });
    requestsOf(world);
    await world.pass(minute);
    expect(membersInAd(world, group)).toEqual(['S-1-5-21-1-2-3-9000']);
    expect(requestsOf(world)['GET /groups/{id}/members']).toBe(1);
  });
});

const deltaOf = (added: readonly string[], removed: readonly string[]): Change['membership'] => ({
  read: 'delta',
  delta: { added: added.map(idOf), removed: removed.map(idOf) },
});
const idOf = (id: string): EntraId => EntraId.parse(id);
const descriptionOf = (world: Started, id: string) =>
  world.ad.objects.get(`group:${id}`)?.attributes.get('description');
const neverHappens = (): never => {
  throw new Error('The test is wrong.');
};
