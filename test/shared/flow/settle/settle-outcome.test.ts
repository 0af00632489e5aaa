import { describe, expect, it } from 'vitest';
import {
  Dn,
  EntraId,
  Moment,
  momentOf,
  ObjectGuid,
  type Outcome,
  violationCodes,
} from '../../../../shared/domain/index.ts';
import { settleOutcome } from '../../../../shared/flow/settle/settle-outcome.ts';
import { createGroup, membersInAd, minute, type Started, sid, startedWorld } from '../world.ts';

/** The outcome of the last intent for an object, as the model of AD gave it, and as the test wants it. */
async function outcomeOf(world: Started, id: EntraId, more: Partial<Outcome>): Promise<Outcome> {
  const [entry] = await Array.fromAsync(world.around.audit.queryObject({ kind: 'group', id }, { limit: 1 }));
  const at = entry?.at ?? neverHappens();
  return {
    intentId: 'an intent',
    object: { kind: 'group', id },
    displayName: 'Team',
    result: 'unchanged',
    intent: 'write',
    cause: 'feed',
    reason: 'WRITE_BY_DEFAULT',
    rule: null,
    policyVersion: 'one',
    plan: { operations: [] },
    observed: null,
    membership: 'unchanged',
    membersAdded: 0,
    membersRemoved: 0,
    leftOut: [],
    violations: [],
    relay: { name: 'test', version: '1', instance: 'one' },
    times: { receivedAt: at, decidedAt: at, startedAt: at, finishedAt: at },
    ...more,
  };
}

const settle = async (world: Started, id: EntraId, more: Partial<Outcome>): Promise<void> =>
  settleOutcome(await outcomeOf(world, id, more), world.trace, world.around.settling);

async function writtenGroup(world: Started, members: readonly string[] = []) {
  const id = createGroup(world, members);
  await world.pass(16 * minute);
  return id;
}

describe('an outcome', () => {
  it('of a group that has appeared in AD calls the groups that left it out', async () => {
    const world = await startedWorld();
    const security = { groupTypes: [], mailEnabled: false, securityEnabled: true };
    const child = createGroup(world, [], security);
    const parent = await writtenGroup(world, [child]);
    expect(membersInAd(world, parent)).toEqual([]);
    world.tenant.update(child, { writebackConfiguration: { isEnabled: true, onPremisesGroupType: null } });
    await world.queues.bus.send('changes', [
      {
        body: {
          kind: 'group',
          id: child,
          cause: 'notification',
          membership: { read: 'none' },
          receivedAt: momentOf(world.now()),
          attempt: 0,
        },
      },
    ]);
    await world.settle();
    expect(membersInAd(world, parent)).toEqual([`group:${child}`]);
  });

  it('that failed in AD is followed by further tries, later and later', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    const failure = { code: 'BUSY', message: 'AD is busy', needs: 'retry' } as const;
    const delays: number[] = [];
    for (let times = 0; times < 4; times += 1) {
      const bus: typeof world.around.bus = {
        ...world.queues.bus,
        send: async (queue, _outgoing, options) => {
          if (queue === 'changes' && options?.notBefore)
            delays.push(options.notBefore.getTime() - world.clock.now);
        },
      };
      const outcome = await outcomeOf(world, id, { result: 'failed', failure });
      await settleOutcome(outcome, world.trace, { ...world.around.settling, bus });
      world.clock.now += delays.at(-1) ?? neverHappens();
    }
    expect(delays).toEqual([3300, 11_000, 33_000, 66_000]);
  });

  it('that fails for a day is tried once an hour and not by more and more messages, and then written', async () => {
    const world = await startedWorld();
    const id = createGroup(world);
    world.ad.trouble.refuses = true;
    await world.pass(24 * 60 * minute);
    const before = world.queues.sent('intents');
    await world.pass(4 * 60 * minute);
    expect(world.queues.sent('intents') - before).toBeLessThan(4 * 4);
    expect(world.queues.count('changes')).toBeLessThan(4);
    world.ad.trouble.refuses = false;
    await world.pass(73 * minute);
    expect(membersInAd(world, id)).toEqual([]);
  });

  it('of a removal that AD refused is followed by further tries, although no tombstone comes again', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    world.ad.trouble.refuses = true;
    world.tenant.softDelete(id);
    world.tenant.purge(id);
    await world.pass(30 * minute);
    expect(membersInAd(world, id)).toEqual([]);
    world.ad.trouble.refuses = false;
    await world.pass(73 * minute);
    expect(membersInAd(world, id)).toBeUndefined();
  });

  it('that a person must see to is not tried again', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    const before = world.queues.sent('changes');
    const failure = { code: 'NAME_IN_USE', message: 'taken', needs: 'person' } as const;
    await settle(world, id, { result: 'refused', failure });
    expect(world.queues.sent('changes')).toBe(before);
  });

  it('of a complete read that changed members is confirmed once by another complete read', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    const before = world.named('change.decided').length;
    await settle(world, id, {
      result: 'applied',
      membership: 'complete',
      membersAdded: 3,
      cause: 'notification',
    });
    await world.pass(20 * minute, false);
    const causes = world
      .named('change.decided')
      .slice(before)
      .map(({ cause }) => cause);
    expect(causes).toEqual(['confirmation']);
  });
});

describe('the hash of the members in AD', () => {
  const hash = 'what the relay hashed';
  const keep = (world: Started, id: EntraId, verified: boolean) =>
    world.around.states.update({ kind: 'group', id }, (state) => ({
      ...state,
      adMembers: { hash, verified },
    }));
  const kept = async (world: Started, id: EntraId) =>
    (await world.around.states.load({ kind: 'group', id })).adMembers;

  it('is verified by a complete read that found nothing to change', async () => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    await keep(world, id, false);
    await settle(world, id, { membership: 'complete' });
    expect(await kept(world, id)).toEqual({ hash, verified: true });
  });

  it.each([
    ['members came or went', { result: 'applied', membership: 'delta', membersRemoved: 1 }],
    ['the group was removed', { result: 'applied', intent: 'remove' }],
  ] satisfies [string, Partial<Outcome>][])('is void when %s', async (_what, more) => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    await keep(world, id, true);
    await settle(world, id, more);
    expect(await kept(world, id)).toBeUndefined();
  });

  it.each([
    ['a member was left out', { leftOut: [{ reference: sid(1), reason: 'NOT_IN_AD' }] }],
    [
      'drift was only reported',
      {
        violations: [
          {
            code: 'DRIFT_REPORTED',
            severity: 'warning',
            subject: 'Team',
            message: 'AD differs',
            remedy: violationCodes.DRIFT_REPORTED.remedy,
            at: Moment.parse('2026-01-06T12:00:00.000Z'),
            details: {},
          },
        ],
      },
    ],
  ] satisfies [string, Partial<Outcome>][])('is not verified where %s', async (_what, more) => {
    const world = await startedWorld();
    const id = await writtenGroup(world);
    await keep(world, id, false);
    await settle(world, id, { membership: 'complete', ...more });
    expect(await kept(world, id)).toEqual({ hash, verified: false });
  });
});

const neverHappens = (): never => {
  throw new Error('The test is wrong.');
};

describe('a forest that does not say where devices go', () => {
  it('is one violation for all devices, and ends with the first that is written without complaint', async () => {
    const world = await startedWorld();
    const timed = await writtenGroup(world);
    const { severity, remedy } = violationCodes.DEVICE_REGISTRATION_WRONG;
    const violation = {
      code: 'DEVICE_REGISTRATION_WRONG',
      ...{ severity, remedy, subject: 'Device registration', message: 'Two services.', details: {} },
      at: momentOf(world.now()),
    } as const;
    const open = () => Array.fromAsync(world.around.incidents.list({ code: 'DEVICE_REGISTRATION_WRONG' }));
    const device = (last: string, more: Partial<Outcome>) => {
      const id = EntraId.parse(`3a5c3221-c465-48c0-95b8-00000000000${last}`);
      return settle(world, timed, { object: { kind: 'device', id }, ...more });
    };
    await device('1', { result: 'refused', violations: [violation] });
    await device('2', { result: 'applied', violations: [violation] });
    await settle(world, timed, { result: 'applied' });
    await device('3', { result: 'applied', intent: 'remove' });
    expect(await open()).toMatchObject([{ count: 1, violation: { subject: 'Device registration' } }]);
    await device('2', { result: 'unchanged' });
    expect(await open()).toEqual([]);
  });
});

describe('mail attributes that a forest does not take', () => {
  it('are one violation of the forest however many groups lack them, resolved by the first that gets them', async () => {
    const world = await startedWorld();
    const [first, second] = [await writtenGroup(world), await writtenGroup(world)];
    const { severity, remedy } = violationCodes.MAIL_LEFT_OUT;
    const at = momentOf(world.now());
    const violation = {
      code: 'MAIL_LEFT_OUT',
      severity,
      remedy,
      subject: 'Exchange',
      message: 'none',
      at,
    } as const;
    for (const id of [first, second, first])
      await settle(world, id, { violations: [{ ...violation, details: {} }] });
    const open = () => Array.fromAsync(world.around.incidents.list({ code: 'MAIL_LEFT_OUT' }));
    expect(await open()).toMatchObject([{ count: 1, violation: { subject: 'Exchange' } }]);
    expect((await world.around.states.load({ kind: 'group', id: first })).violations).toEqual([]);
    const replace = { msExchRecipientDisplayType: ['1'] };
    const guid = ObjectGuid.parse('6f9619ff-8b86-d011-b42d-00c04fc964ff');
    const operation = { op: 'modify', dn: Dn.parse('CN=Sales,DC=lab'), guid, replace, before: {} } as const;
    await settle(world, second, { result: 'applied', plan: { operations: [operation] } });
    expect(await open()).toEqual([]);
    expect(world.named('violation.resolved')).toMatchObject([{ code: 'MAIL_LEFT_OUT' }]);
  });
});
