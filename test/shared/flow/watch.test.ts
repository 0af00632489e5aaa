import { describe, expect, it } from 'vitest';
import { readNotificationBody } from '../../../shared/classify/index.ts';
import { momentOf } from '../../../shared/domain/index.ts';
import { receiveNotifications } from '../../../shared/flow/receive/receive-notifications.ts';
import { watchClientState } from '../../../shared/flow/watch/watch-client-state.ts';
import { watchSubscriptions } from '../../../shared/flow/watch/watch-subscriptions.ts';
import { loadPolicy, type Policy } from '../../../shared/policy/index.ts';
import { clientState } from '../../simulation/support/world.ts';
import {
  createGroup,
  doorbell,
  membersInAd,
  minute,
  requestsOf,
  type Started,
  startedWorld,
} from './world.ts';

function policyOf(text: string): Policy {
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.policy;
}

describe('another policy', () => {
  it('has everything that it decides over looked at again', async () => {
    const world = await startedWorld();
    const id = createGroup(world, [], { groupTypes: [], mailEnabled: false, securityEnabled: true });
    await world.pass(2 * minute);
    expect(membersInAd(world, id)).toBeUndefined();
    world.policy.current = policyOf('groups:\n  - rule: all\n    writeback: true\n');
    await world.pass(2 * minute);
    expect(membersInAd(world, id)).toEqual([]);
    expect(world.named('policy.changed')).toHaveLength(1);
  });

  it('that is the same in other words has nothing looked at', async () => {
    const world = await startedWorld();
    createGroup(world);
    await world.pass(2 * minute);
    world.policy.current = policyOf('# A comment\ntenantDefault: honour\n');
    await world.pass(2 * minute);
    expect(world.named('policy.changed')).toHaveLength(0);
  });

  it('is not forgotten by a process that ends before its sweeps have begun', async () => {
    const world = await startedWorld();
    const id = createGroup(world, [], { groupTypes: [], mailEnabled: false, securityEnabled: true });
    await world.pass(2 * minute);
    world.policy.current = policyOf('groups:\n  - rule: all\n    writeback: true\n');
    world.crashes.plan(6);
    await expect(world.minute()).rejects.toThrow('call');
    world.crashes.plan(undefined);
    await world.pass(2 * minute);
    expect(membersInAd(world, id)).toEqual([]);
  });

  it('that writes no users any more ends those that it wrote before', async () => {
    const world = await startedWorld({
      policy: policyOf('users:\n  - rule: everyone\n    start: disabled\n'),
    });
    const cloud = { displayName: 'Cloud', userPrincipalName: 'cloud@contoso.com', accountEnabled: true };
    const { id } = world.tenant.create('user', {
      ...cloud,
      mailNickname: 'cloud',
      userType: 'Member',
      onPremisesSyncEnabled: null,
    });
    await world.pass(2 * minute);
    expect(world.ad.objects.has(`user:${id}`)).toBe(true);
    world.policy.current = policyOf('users: []\n');
    await world.pass(2 * minute);
    expect(world.named('change.decided').findLast((one) => one.id === id)).toMatchObject({ cause: 'policy' });
  });
});

describe('the default of the tenant for new groups', () => {
  const setDefault = ({ tenant }: Started, value: boolean) =>
    tenant.settings.groupSettings.set('setting', {
      id: 'b8cb1b2c-6a1f-4d3a-8a3f-5c7f5a6f3b11',
      displayName: 'Group.Unified',
      templateId: '62375ab9-6b52-47ed-826b-58e47e0e304b',
      values: [{ name: 'NewUnifiedGroupWritebackDefault', value: String(value) }],
    });

  const told = ({ alerts }: Started) =>
    alerts.filter(({ violation }) => violation.code === 'TENANT_DEFAULT_CHANGED').map(({ event }) => event);

  it('that changes is told for a day, and every group is looked at again', async () => {
    const world = await startedWorld();
    setDefault(world, false);
    await world.watchTenant();
    const id = createGroup(world);
    await world.pass(2 * minute);
    expect(membersInAd(world, id)).toBeUndefined();
    setDefault(world, true);
    await world.pass(2 * minute);
    await world.watchTenant();
    await world.pass(2 * minute);
    expect(membersInAd(world, id)).toEqual([]);
    expect(told(world)).toEqual(['opened']);
    world.clock.now += 25 * 60 * minute;
    await world.watchTenant();
    await world.settle();
    expect(told(world)).toEqual(['opened', 'resolved']);
  });

  it('that is turned off leaves out new groups only, for good: an older one may still come into scope', async () => {
    const world = await startedWorld();
    const notYet =
      'groups:\n  - rule: all but these\n    when: { attribute: displayName, operator: startsWith, value: Team }\n    writeback: false\n  - rule: the rest\n';
    world.policy.current = policyOf(notYet);
    const older = createGroup(world);
    await world.pass(2 * minute);
    await world.watchTenant();
    world.clock.now += minute;
    setDefault(world, false);
    const newer = createGroup(world);
    world.clock.now += 4 * minute;
    await world.watchTenant();
    world.clock.now += 48 * 60 * minute;
    await world.watchTenant();
    await world.settle();
    expect([membersInAd(world, older), membersInAd(world, newer)]).toEqual([undefined, undefined]);
    world.policy.current = policyOf('groups:\n  - rule: all\n');
    await world.pass(2 * minute);
    expect([membersInAd(world, older), membersInAd(world, newer)]).toEqual([[], undefined]);
  });

  it.each(['before', 'after'] as const)(
    'that changes while the process ends at any of its calls, %s it took effect, is followed all the same',
    async (when) => {
      let reached = true;
      let call = 0;
      for (; reached; call += 1) {
        const world = await startedWorld();
        setDefault(world, false);
        await world.watchTenant();
        const id = createGroup(world);
        await world.pass(16 * minute);
        setDefault(world, true);
        world.crashes.plan(call, when);
        await world.watchTenant().catch(() => undefined);
        reached = world.crashes.calls() > call;
        world.crashes.plan(undefined);
        await world.watchTenant();
        await world.pass(7 * minute);
        expect([call, membersInAd(world, id)]).toEqual([call, []]);
      }
      expect(call).toBeGreaterThan(6);
    },
  );

  it('that stays as it is costs one request, and one that cannot be read has not changed', async () => {
    const world = await startedWorld();
    await world.watchTenant();
    requestsOf(world);
    await world.watchTenant();
    expect(requestsOf(world)).toEqual({ 'GET /groupSettings': 1 });
    world.behaviour.change({ faults: [{ path: '/groupSettings', effect: { kind: 'status', status: 403 } }] });
    await world.watchTenant();
    expect(world.alerts).toEqual([]);
  });
});

describe('the watch over notifications', () => {
  const url = 'https://app.contoso.com';
  async function watchedWorld(expiresInMs = 100 * 60 * minute) {
    const world = await startedWorld();
    const at = momentOf(world.now());
    const expiresAt = momentOf(new Date(world.clock.now + expiresInMs));
    const one = { touchedAt: at, expiresAt, madeWith: 'secret' };
    await world.around.subscriptionStates.update((state) => ({
      ...state,
      subscriptions: [
        { id: 'one', resource: '/groups', ...one },
        { id: 'two', resource: '/users', ...one },
      ],
    }));
    const look = async (notificationUrl: string | undefined = url): Promise<void> => {
      await watchSubscriptions({ ...world.around, notificationUrl });
      await world.settle();
    };
    const told = () =>
      world.alerts
        .filter(({ violation }) => violation.code === 'NO_LIVE_SUBSCRIPTION')
        .map(({ event, violation }) => `${event} ${violation.subject}`);
    /** Changes come by the feed for so many minutes; a notification rings for each, or not. */
    const changes = async (minutes: number, notified: boolean): Promise<void> => {
      for (let passed = 0; passed < minutes; passed += 5) {
        const id = createGroup(world);
        if (notified) await world.queues.bus.send('feeds', [{ body: doorbell(world, [id]) }]);
        await world.pass(5 * minute);
        await look();
      }
    };
    return { world, look, told, changes };
  }

  it('says so when no subscription is alive, and takes it back when one is', async () => {
    const { world, look, told } = await watchedWorld(minute);
    world.clock.now += 2 * minute;
    await look();
    expect(told()).toEqual(['opened /groups', 'opened /users']);
    await world.around.subscriptionStates.update((state) => ({
      ...state,
      subscriptions: state.subscriptions.map((one) => ({
        ...one,
        expiresAt: momentOf(new Date(world.clock.now + minute)),
      })),
    }));
    await look();
    expect(told().slice(2)).toEqual(['resolved /groups', 'resolved /users']);
  });

  it('gives the first subscriptions two minutes to be made, and says so when none has been', async () => {
    const { world, look, told } = await watchedWorld();
    const made = await world.around.subscriptionStates.load();
    await world.around.subscriptionStates.update((state) => ({ ...state, subscriptions: [] }));
    await look();
    await world.around.subscriptionStates.update(() => made);
    await world.pass(5 * minute);
    await look();
    expect(told()).toEqual([]);
    await world.around.subscriptionStates.update((state) => ({ ...state, subscriptions: [] }));
    await look();
    await world.pass(5 * minute);
    await look();
    expect(told()).toEqual(['opened /groups', 'opened /users']);
  });

  it('says so when the feed goes on showing changes and no notification comes, and takes it back', async () => {
    const { told, changes } = await watchedWorld();
    await changes(15, true);
    expect(told()).toEqual([]);
    await changes(30, false);
    expect(told()).toEqual(['opened /groups']);
    await changes(10, true);
    expect(told()).toEqual(['opened /groups', 'resolved /groups']);
  });

  it('is content with a tenant where nothing happens', async () => {
    const { world, told, look, changes } = await watchedWorld();
    await changes(5, true);
    for (let hours = 0; hours < 5; hours += 1) {
      await world.pass(60 * minute);
      await look();
    }
    expect(told()).toEqual([]);
  });

  it('misses none where none are wanted', async () => {
    const { world, told } = await watchedWorld(minute);
    world.clock.now += 2 * minute;
    await watchSubscriptions({ ...world.around, notificationUrl: undefined });
    expect(told()).toEqual([]);
  });
});

describe('notifications with a wrong client state', () => {
  it('are told once, and are over when none has come for an hour', async () => {
    const world = await startedWorld();
    const told = () =>
      world.alerts
        .filter(({ violation }) => violation.code === 'CLIENT_STATE_WRONG')
        .map(({ event }) => event);
    const receive = async (state: string): Promise<void> => {
      const receivedAt = momentOf(world.now());
      const id = createGroup(world);
      const one = {
        changeType: 'updated',
        resource: `Groups/${id}`,
        resourceData: { id },
        clientState: state,
      };
      const { notifications, refused } = readNotificationBody({ value: [one] }, receivedAt);
      await receiveNotifications(
        notifications,
        refused,
        [clientState],
        receivedAt,
        world.trace,
        world.around,
      );
      await watchClientState(world.around);
      await world.settle();
    };
    await receive(clientState);
    expect(told()).toEqual([]);
    await receive('a guess');
    world.clock.now += 20 * minute;
    await receive('another guess');
    expect(told()).toEqual(['opened']);
    world.clock.now += 50 * minute;
    await receive(clientState);
    expect(told()).toEqual(['opened']);
    world.clock.now += 20 * minute;
    await receive(clientState);
    expect(told()).toEqual(['opened', 'resolved']);
  });
});
