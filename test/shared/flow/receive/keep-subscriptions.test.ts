import { describe, expect, it } from 'vitest';
import { momentOf } from '../../../../shared/domain/index.ts';
import { keepSubscriptions } from '../../../../shared/flow/receive/keep-subscriptions.ts';
import { receiveLifecycle } from '../../../../shared/flow/receive/receive-lifecycle.ts';
import type { Answer, Subscription, WantedSubscription } from '../../../../shared/graph/index.ts';
import { clientState } from '../../../simulation/support/world.ts';
import { minute, type Started, startedWorld } from '../world.ts';

const url = 'https://app.contoso.com';
const day = 24 * 60 * minute;

/** Subscriptions as Graph keeps them, and what was done to them. */
function subscriptionsOf(world: Started) {
  const list = new Map<string, Subscription>();
  const calls: string[] = [];
  let made = 0;
  let down = false;
  const done = async <T>(value: T): Promise<Answer<T>> =>
    down
      ? { outcome: 'failed', why: { code: 'ServiceUnavailable', message: 'Graph is away', retry: 'later' } }
      : { outcome: 'complete', value };
  const add = (wanted: WantedSubscription, expires: Date, more: Partial<Subscription> = {}): Subscription => {
    made += 1;
    const one = { id: `subscription-${made}`, ...wanted, expirationDateTime: expires.toISOString(), ...more };
    list.set(one.id, one);
    return one;
  };
  const graph = {
    listSubscriptions: () => done([...list.values()]),
    createSubscription: (wanted: WantedSubscription, expires: Date) => {
      if (!down) calls.push(`create ${wanted.resource}`);
      return done(add(wanted, expires));
    },
    renewSubscription: (id: string, expires: Date) => {
      calls.push(`renew ${id}`);
      const one = { ...(list.get(id) ?? neverHappens()), expirationDateTime: expires.toISOString() };
      list.set(id, one);
      return done(one);
    },
    reauthorizeSubscription: (id: string) => {
      calls.push(`reauthorize ${id}`);
      return done(undefined);
    },
    deleteSubscription: (id: string) => {
      calls.push(`delete ${id}`);
      list.delete(id);
      return done(undefined);
    },
  };
  return {
    list,
    calls,
    add,
    away: (is: boolean) => {
      down = is;
    },
    graph: { ...world.graph, ...graph },
  };
}

async function subscribedWorld() {
  const world = await startedWorld();
  const double = subscriptionsOf(world);
  const deps = { ...world.around, graph: double.graph, notificationUrl: url, clientStates: [clientState] };
  const keep = (asked: Parameters<typeof keepSubscriptions>[0] = []) => keepSubscriptions(asked, deps);
  const tell = (
    event: 'reauthorizationRequired' | 'subscriptionRemoved' | 'missed',
    subscriptionId: string,
  ) =>
    receiveLifecycle(
      { notifications: [], refused: [], lifecycles: [{ event, subscriptionId, clientState }] },
      [clientState],
      momentOf(world.now()),
      world.trace,
      { ...world.around, keepSubscriptions: keep },
    );
  await keep();
  const made = double.calls.splice(0);
  return { world, double, keep, tell, made };
}

describe('subscriptions', () => {
  it('are made for groups and users, with an address for their life, for two days', async () => {
    const { double, made, world } = await subscribedWorld();
    expect(made).toEqual(['create /groups', 'create /users']);
    expect([...double.list.values()][0]).toMatchObject({
      changeType: 'updated,deleted',
      notificationUrl: `${url}/api/notifications`,
      lifecycleNotificationUrl: `${url}/api/lifecycle`,
      expirationDateTime: new Date(world.clock.now + 2 * day).toISOString(),
    });
  });

  it('are left alone while they are right, and renewed a day before their end', async () => {
    const { world, double, keep } = await subscribedWorld();
    world.clock.now += 23 * 60 * minute;
    await keep();
    expect(double.calls).toEqual([]);
    world.clock.now += 2 * 60 * minute;
    await keep();
    expect(double.calls).toEqual(['renew subscription-1', 'renew subscription-2']);
  });

  it('are healed: a missing one is made, a doubled one deleted, one with another address replaced', async () => {
    const { world, double, keep } = await subscribedWorld();
    const [groups, users] = [...double.list.values()];
    if (!groups || !users) throw new Error('They were not made.');
    double.list.delete(users.id);
    const { id: _id, ...same } = groups;
    const later = new Date(world.clock.now + 3 * day);
    const wanted = {
      ...same,
      resource: '/groups',
      lifecycleNotificationUrl: `${url}/api/lifecycle`,
      clientState,
    } as const;
    double.add(wanted, later);
    double.add({ ...wanted, notificationUrl: 'https://old.contoso.com' }, later);
    await keep();
    expect(double.calls.toSorted()).toEqual([
      'create /users',
      'delete subscription-1',
      'delete subscription-4',
    ]);
    double.calls.splice(0);
    await keep();
    expect(double.calls).toEqual([]);
  });

  it('that Graph asks to reauthorise are reauthorised, but never within ten minutes of another touch', async () => {
    const { world, double, keep, tell } = await subscribedWorld();
    await tell('reauthorizationRequired', 'subscription-1');
    expect(double.calls).toEqual([]);
    world.clock.now += 10 * minute;
    await keep();
    expect(double.calls).toEqual(['reauthorize subscription-1']);
    await tell('reauthorizationRequired', 'subscription-1');
    await keep();
    expect(double.calls).toHaveLength(1);
  });

  it('near their end are renewed and not reauthorised too, since renewing does both', async () => {
    const { world, double, keep, tell } = await subscribedWorld();
    world.clock.now += 30 * 60 * minute;
    await tell('reauthorizationRequired', 'subscription-1');
    world.clock.now += 11 * minute;
    await keep();
    expect(double.calls).toEqual(['renew subscription-1', 'renew subscription-2']);
  });

  it('that Graph removed are made anew, and the feeds are drained for what was missed', async () => {
    const { world, double, tell } = await subscribedWorld();
    double.list.delete('subscription-1');
    const before = world.queues.sent('feeds');
    await tell('subscriptionRemoved', 'subscription-1');
    expect(double.calls).toEqual(['create /groups']);
    expect(world.queues.sent('feeds')).toBe(before + 3);
  });

  it('are not judged by a list that cannot be read', async () => {
    const { double, keep } = await subscribedWorld();
    double.away(true);
    await keep();
    expect(double.calls).toEqual([]);
  });
});

const neverHappens = (): never => {
  throw new Error('The test is wrong.');
};
