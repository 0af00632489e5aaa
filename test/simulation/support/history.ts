import fc from 'fast-check';
import { readNotificationBody } from '../../../shared/classify/index.ts';
import { momentOf } from '../../../shared/domain/index.ts';
import { receiveNotifications } from '../../../shared/flow/receive/receive-notifications.ts';
import { startSweep } from '../../../shared/flow/sweep/index.ts';
import type { Waiting } from './queues.ts';
import { clientState, type World } from './world.ts';

/** One thing that happens: in the tenant, on the way, or to a process. Numbers choose among what there is. */
export type Step =
  | { readonly do: 'create'; readonly kind: 'microsoft365' | 'security'; readonly members: readonly number[] }
  | { readonly do: 'describe' | 'rename'; readonly group: number; readonly text: number }
  | { readonly do: 'add' | 'remove'; readonly group: number; readonly member: number }
  | { readonly do: 'nest'; readonly group: number; readonly into: number }
  | { readonly do: 'enable' | 'disable' | 'softDelete' | 'restore' | 'purge'; readonly group: number }
  | { readonly do: 'removePerson' | 'restorePerson'; readonly member: number }
  /** What became of the notifications since: each is lost, delivered, delivered twice, or late. */
  | { readonly do: 'notify'; readonly fates: readonly ('lost' | 'once' | 'twice' | 'late')[] }
  /** Messages are delivered, sessions in any order; the process may end before or after anything that it sends or stores. */
  | {
      readonly do: 'work';
      /** The timer rings for the groups before. */
      readonly rings: boolean;
      readonly picks: readonly number[];
      readonly crashAt: number | null;
      readonly when: 'before' | 'after';
    }
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'forgetLinks' }
  /** AD refuses what it is asked, or does not any more. */
  | { readonly do: 'adRefuses'; readonly refuses: boolean }
  /** Someone asks for all members to be read. */
  | { readonly do: 'sweep' };

const people = 5;
const small = fc.nat({ max: 2 });

export const arbitraryStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      kind: fc.constantFrom('microsoft365' as const, 'security' as const),
      members: fc.uniqueArray(fc.nat({ max: people - 1 }), { maxLength: 4 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('describe' as const, 'rename' as const),
      group: small,
      text: fc.nat({ max: 9 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom('add' as const, 'remove' as const),
      group: small,
      member: fc.nat({ max: people - 1 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('nest' as const), group: small, into: small }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'enable' as const,
        'disable' as const,
        'softDelete' as const,
        'restore' as const,
        'purge' as const,
      ),
      group: small,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('removePerson' as const, 'restorePerson' as const),
      member: fc.nat({ max: people - 1 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('notify' as const),
      fates: fc.array(fc.constantFrom('lost' as const, 'once' as const, 'twice' as const, 'late' as const), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('work' as const),
      rings: fc.boolean(),
      picks: fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 12 }),
      crashAt: fc.option(fc.oneof(fc.nat({ max: 2 }), fc.nat({ max: 14 })), { freq: 1 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      seconds: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 70 }), fc.constant(310)),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('forgetLinks' as const, 'sweep' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('adRefuses' as const), refuses: fc.boolean() }),
  },
);

/** The people of a simulation: synced, so that AD knows them by their SID. */
export function seedPeople({ tenant }: World): readonly string[] {
  return Array.from(
    { length: people },
    (_, index) =>
      tenant.seed.user({
        displayName: `Person ${index}`,
        userPrincipalName: `person${index}@contoso.com`,
        accountEnabled: true,
        userType: 'Member',
        onPremisesSyncEnabled: true,
        onPremisesSecurityIdentifier: `S-1-5-21-1-2-3-${2000 + index}`,
      }).id,
  );
}

export type Player = ReturnType<typeof createPlayer>;

/** Plays a history on a world. What a step cannot do (there is no such group yet) it leaves. */
export function createPlayer(world: World, persons: readonly string[]) {
  const { tenant, clock, queues, crashes } = world;
  const groups: string[] = [];
  const changed: { readonly id: string; readonly kind: 'Groups' | 'Users'; readonly purged: boolean }[] = [];
  const late: typeof changed = [];
  let made = 0;
  tenant.onChange(({ object, event }) => {
    if (object.kind !== 'group' && object.kind !== 'user') return;
    const kind = object.kind === 'group' ? 'Groups' : 'Users';
    changed.push({ id: object.id, kind, purged: event === 'purged' });
  });
  const groupAt = (index: number): string | undefined =>
    groups.length === 0 ? undefined : groups[index % groups.length];
  const isLive = (id: string): boolean => tenant.find(id) !== undefined;
  const isBinned = (id: string): boolean => tenant.store.objects.get(id)?.deletedAt !== undefined;

  async function notify(items: typeof changed): Promise<void> {
    if (items.length === 0) return;
    const receivedAt = momentOf(world.now());
    const value = items.map(({ id, kind, purged }) => ({
      subscriptionId: 'one',
      clientState,
      changeType: purged ? 'deleted' : 'updated',
      resource: `${kind}/${id}`,
      resourceData: { id },
    }));
    const read = readNotificationBody({ value }, receivedAt);
    await receiveNotifications(
      read.notifications,
      read.refused,
      [clientState],
      receivedAt,
      world.trace,
      world.app.withLog(() => undefined),
    ).catch(() => undefined);
  }

  async function work(step: Extract<Step, { do: 'work' }>): Promise<void> {
    if (step.rings) await world.ring('groups');
    crashes.plan(step.crashAt ?? undefined, step.when, 'effects');
    for (const pick of step.picks) {
      const ready: readonly Waiting[] = queues.ready(clock.now);
      const message = ready[pick % Math.max(1, ready.length)];
      if (!message) break;
      if (!(await world.deliver(message))) crashes.plan(undefined);
    }
    crashes.plan(undefined);
  }

  async function play(step: Step): Promise<void> {
    switch (step.do) {
      case 'create': {
        made += 1;
        const unified = step.kind === 'microsoft365';
        const properties = {
          displayName: `Group ${made}`,
          mailNickname: `group${made}`,
          mailEnabled: unified,
          securityEnabled: !unified,
          groupTypes: unified ? ['Unified'] : [],
        };
        const members = step.members.flatMap((index) => persons[index] ?? []).filter(isLive);
        groups.push(tenant.create('group', properties, { members }).id);
        return;
      }
      case 'notify': {
        await notify(late.splice(0));
        const fates = changed.splice(0).map((item, index) => ({
          item,
          fate: step.fates[index % step.fates.length] ?? 'once',
        }));
        late.push(...fates.flatMap(({ item, fate }) => (fate === 'late' ? [item] : [])));
        const now = fates.flatMap(({ item, fate }) => (fate === 'once' || fate === 'twice' ? [item] : []));
        await notify(now.toReversed());
        await notify(fates.flatMap(({ item, fate }) => (fate === 'twice' ? [item] : [])));
        return;
      }
      case 'work':
        return work(step);
      case 'pass':
        return world.pass(step.seconds * 1000);
      case 'sweep':
        return void (await startSweep(
          'group',
          { why: 'request', full: true },
          world.trace,
          world.around.sweeping,
        ));
      case 'forgetLinks':
        return world.behaviour.change({ feed: { resync: { next: 1 } } });
      case 'adRefuses':
        world.ad.trouble.refuses = step.refuses;
        return;
      case 'removePerson':
      case 'restorePerson': {
        const person = persons[step.member] ?? '';
        if (step.do === 'removePerson' && isLive(person)) tenant.softDelete(person);
        if (step.do === 'restorePerson' && isBinned(person)) tenant.restore(person);
        return;
      }
      default:
        return change(step);
    }
  }

  function change(
    step: Exclude<
      Step,
      {
        do:
          | 'create'
          | 'notify'
          | 'work'
          | 'pass'
          | 'forgetLinks'
          | 'sweep'
          | 'adRefuses'
          | 'removePerson'
          | 'restorePerson';
      }
    >,
  ) {
    const group = groupAt(step.group);
    if (group === undefined) return;
    if (step.do === 'restore') return isBinned(group) ? tenant.restore(group) : undefined;
    if (step.do === 'purge') return isBinned(group) ? tenant.purge(group) : undefined;
    if (!isLive(group)) return;
    switch (step.do) {
      case 'describe':
        return tenant.update(group, { description: `About ${step.text}` });
      case 'rename':
        return tenant.update(group, { displayName: `Name ${step.text} of ${group.slice(0, 4)}` });
      case 'enable':
      case 'disable':
        return tenant.update(group, {
          writebackConfiguration: { isEnabled: step.do === 'enable', onPremisesGroupType: null },
        });
      case 'softDelete':
        return tenant.softDelete(group);
      case 'nest': {
        const into = groupAt(step.into);
        if (into !== undefined && into !== group && isLive(into)) tenant.link('members', into, [group]);
        return;
      }
      case 'add':
      case 'remove': {
        const person = persons[step.member] ?? '';
        if (!isLive(person)) return;
        if (step.do === 'add') tenant.link('members', group, [person]);
        else tenant.unlink('members', group, [person]);
      }
    }
  }

  return {
    play,
    groups,
    /** No notification of what happened so far will come. */
    forgetChanges: () => void changed.splice(0),
  };
}
