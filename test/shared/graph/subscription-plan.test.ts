import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  planSubscriptions,
  renewBeforeMs,
  restMs,
  type Subscription,
  type SubscriptionAction,
  type SubscriptionView,
  type WantedSubscription,
} from '../../../shared/graph/index.ts';

const now = new Date('2026-01-06T12:00:00Z');
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000).toISOString();
const wantedOf = (resource: '/groups' | '/users'): WantedSubscription => ({
  resource,
  changeType: 'updated,deleted',
  notificationUrl: 'https://bridge.example/api/notifications',
  lifecycleNotificationUrl: 'https://bridge.example/api/lifecycle',
  clientState: 'the secret of now',
});
const wanted = wantedOf('/groups');
const right: Subscription = { ...wanted, id: 'right', expirationDateTime: hours(40) };
const plan = (existing: readonly Subscription[], more: Partial<SubscriptionView> = {}) =>
  planSubscriptions({ wanted: [wanted], existing, now, ...more });
const inShort = (actions: readonly SubscriptionAction[]) =>
  actions.map((one) => ('id' in one ? `${one.action} ${one.id}` : one.action));

describe('the plan for subscriptions', () => {
  it.each<[string, readonly Subscription[], Partial<SubscriptionView>, readonly string[]]>([
    ['makes what does not exist', [], {}, ['create']],
    ['leaves alone what is right', [right], {}, []],
    ['takes a resource with or without slash for the same', [{ ...right, resource: 'Groups' }], {}, []],
    ['takes change types in any order', [{ ...right, changeType: 'deleted, updated' }], {}, []],
    ['ignores other resources', [{ ...right, resource: '/me/messages' }], {}, ['create']],
    ['renews what ends within a day', [{ ...right, expirationDateTime: hours(23) }], {}, ['renew right']],
    ['replaces what has ended', [{ ...right, expirationDateTime: hours(-1) }], {}, ['replace right']],
    [
      'replaces one with another address',
      [{ ...right, notificationUrl: 'https://old' }],
      {},
      ['replace right'],
    ],
    [
      'replaces one without lifecycle address',
      [{ ...right, lifecycleNotificationUrl: null }],
      {},
      ['replace right'],
    ],
    ['replaces one for other changes', [{ ...right, changeType: 'updated' }], {}, ['replace right']],
    [
      'replaces one with another client state',
      [{ ...right, clientState: 'the old one' }],
      {},
      ['replace right'],
    ],
    [
      'replaces one whose client state nobody knows',
      [{ ...right, clientState: null }],
      {},
      ['replace right'],
    ],
    [
      'keeps one whose client state is hidden but remembered',
      [{ ...right, clientState: null }],
      { madeWith: new Map([['right', fingerprintOf(wanted.clientState)]]) },
      [],
    ],
    [
      'replaces one whose remembered client state was another',
      [{ ...right, clientState: null }],
      { madeWith: new Map([['right', fingerprintOf('before the rotation')]]) },
      ['replace right'],
    ],
    [
      'keeps of two the one that lives longest',
      [right, { ...right, id: 'longer', expirationDateTime: hours(47) }],
      {},
      ['delete right'],
    ],
    [
      'keeps the right one of a right and a wrong one, however long that lives',
      [right, { ...right, id: 'wrong', expirationDateTime: hours(600), notificationUrl: 'https://old' }],
      {},
      ['delete wrong'],
    ],
    [
      'makes one of several wrong ones anew',
      [
        { ...right, clientState: 'x' },
        { ...right, id: 'other', expirationDateTime: hours(47), changeType: 'deleted' },
      ],
      {},
      ['delete right', 'replace other'],
    ],
    ['reauthorises when Graph asks', [right], { askedFor: new Set(['right']) }, ['reauthorize right']],
    ['does not reauthorise what nobody asked for', [right], { askedFor: new Set(['other']) }, []],
    [
      'renews instead when both are due, which reauthorises too',
      [{ ...right, expirationDateTime: hours(2) }],
      { askedFor: new Set(['right']) },
      ['renew right'],
    ],
    [
      'does neither within ten minutes of the last time',
      [{ ...right, expirationDateTime: hours(2) }],
      { askedFor: new Set(['right']), touchedAt: new Map([['right', new Date(now.getTime() - restMs + 1)]]) },
      [],
    ],
    [
      'does it once the ten minutes are over',
      [right],
      { askedFor: new Set(['right']), touchedAt: new Map([['right', new Date(now.getTime() - restMs)]]) },
      ['reauthorize right'],
    ],
  ])('%s', (_name, existing, more, expected) => {
    expect(inShort(plan(existing, more))).toEqual(expected);
  });

  it('says why, without the client state', () => {
    const actions = plan([{ ...right, clientState: 'old secret' }]);
    expect(actions).toMatchObject([{ because: 'it has another client state' }]);
    expect(JSON.stringify(actions.map(({ because }) => because))).not.toContain('secret');
  });
});

describe('any set of subscriptions', () => {
  const subscription = fc.record({
    resource: fc.constantFrom('/groups', 'groups', '/users', '/me/messages'),
    changeType: fc.constantFrom('updated,deleted', 'deleted,updated', 'updated'),
    notificationUrl: fc.constantFrom(wanted.notificationUrl, 'https://old'),
    lifecycleNotificationUrl: fc.constantFrom(wanted.lifecycleNotificationUrl, null),
    clientState: fc.constantFrom(wanted.clientState, wanted.clientState, 'old', null),
    expirationDateTime: fc.integer({ min: -5, max: 90 }).map(hours),
    isAskedFor: fc.boolean(),
    touchedMinutesAgo: fc.option(fc.nat(30), { nil: undefined }),
  });
  const both = [wantedOf('/groups'), wantedOf('/users')];

  it('is as wanted once the plan is carried out, and stays so', () => {
    fc.assert(
      fc.property(fc.array(subscription, { maxLength: 8, size: 'max' }), (drawn) => {
        const existing: readonly Subscription[] = drawn.map((one, index) => ({ ...one, id: `s${index}` }));
        const touchedAt = new Map<string, Date>(
          drawn.flatMap(({ touchedMinutesAgo: ago }, index) =>
            ago === undefined ? [] : [[`s${index}`, new Date(now.getTime() - ago * 60_000)] as const],
          ),
        );
        const askedFor = new Set<string>(
          drawn.flatMap((one, index) => (one.isAskedFor ? [`s${index}`] : [])),
        );
        const actions = planSubscriptions({ wanted: both, existing, now, askedFor, touchedAt });

        const named = actions.flatMap((one) => ('id' in one ? [one.id] : []));
        expect(new Set(named).size).toBe(named.length);
        for (const one of actions) {
          if (one.action !== 'renew' && one.action !== 'reauthorize') continue;
          const touched = touchedAt.get(one.id);
          expect(touched === undefined || now.getTime() - touched.getTime() >= restMs).toBe(true);
        }

        const after = carryOut(existing, actions);
        const strangers = (all: readonly Subscription[]) =>
          all.filter((one) => one.resource === '/me/messages');
        expect(strangers(after)).toEqual(strangers(existing));
        for (const { resource } of both) {
          const own = after.filter((one) => one.resource.replace(/^\//, '') === resource.slice(1));
          expect(own).toHaveLength(1);
          const [one] = own;
          expect(one).toMatchObject({
            notificationUrl: wanted.notificationUrl,
            lifecycleNotificationUrl: wanted.lifecycleNotificationUrl,
            clientState: wanted.clientState,
          });
          const isFresh = Date.parse(one?.expirationDateTime ?? '') - now.getTime() >= renewBeforeMs;
          expect(isFresh || touchedAt.has(one?.id ?? '')).toBe(true);
        }
        const healed = {
          wanted: both,
          existing: after,
          now,
          touchedAt: new Map([...touchedAt, ...after.map((one) => [one.id, now] as const)]),
        };
        expect(planSubscriptions(healed)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  function carryOut(existing: readonly Subscription[], actions: readonly SubscriptionAction[]) {
    let all = existing;
    for (const [index, one] of actions.entries()) {
      if (one.action === 'delete' || one.action === 'replace') all = all.filter(({ id }) => id !== one.id);
      if (one.action === 'renew') {
        all = all.map((each) => (each.id === one.id ? { ...each, expirationDateTime: hours(48) } : each));
      }
      if (one.action !== 'create' && one.action !== 'replace') continue;
      // Graph refuses a double.
      const twin = all.find(
        (each) =>
          each.resource.replace(/^\//, '') === one.wanted.resource.slice(1) &&
          each.notificationUrl === one.wanted.notificationUrl,
      );
      expect(twin).toBeUndefined();
      all = [...all, { ...one.wanted, id: `new${index}`, expirationDateTime: hours(48) }];
    }
    return all;
  }
});
