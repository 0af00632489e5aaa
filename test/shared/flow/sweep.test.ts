import { describe, expect, it } from 'vitest';
import { progressOf, startSweep, sweepSlice } from '../../../shared/flow/sweep/index.ts';
import { loadPolicy } from '../../../shared/policy/index.ts';
import type { World } from '../../simulation/support/world.ts';
import { newWorld, sweep } from './sweep-world.ts';
import { createGroup, membersInAd, minute, requestsOf, sid, startedWorld } from './world.ts';

const day = 24 * 60 * minute;

describe('the first synchronisation', () => {
  it('writes all that the policy writes, and reads nothing of the rest but the list', async () => {
    const world = newWorld(40);
    await world.pass(5 * minute);
    expect(world.ad.objects.size).toBe(20);
    expect(
      world.ids.filter((id) => membersInAd(world, id)).every((id) => membersInAd(world, id)?.length === 2),
    ).toBe(true);
    expect(requestsOf(world)['GET /groups/{id}']).toBe(20);
    const ignored = await world.around.states.load({ kind: 'group', id: world.ids[1] ?? neverHappens() });
    expect(ignored.lastDecision).toMatchObject({ outcome: 'ignore', reason: 'NOT_ENABLED' });
  });

  it.each(['before', 'after'] as const)(
    'goes on where it was when the process ends at any of its calls, %s it took effect',
    async (when) => {
      let reached = true;
      let call = 0;
      for (; reached; call += 1) {
        const world = newWorld(4);
        await world.minute();
        await world.deliver(next(world, 'feeds', 'groups'));
        world.crashes.plan(call, when);
        for (let crashed = false; !crashed && world.queues.ready(world.clock.now).some(isStep); ) {
          crashed = !(await world.deliver(
            world.queues.ready(world.clock.now).find(isStep) ?? neverHappens(),
          ));
        }
        reached = world.crashes.calls() > call;
        world.crashes.plan(undefined);
        await world.pass(8 * minute);
        expect([call, world.ad.objects.size]).toEqual([call, 2]);
        expect([call, await progress(world)]).toEqual([call, null]);
        expect((await world.around.feedStates.load('groups')).resync).toBeUndefined();
      }
      expect(call).toBeGreaterThan(20);
    },
  );

  it('tells how far it is: percent, counts, rate and time left', async () => {
    const world = newWorld(100, { SYNC_OBJECTS_PER_SECOND: '2' });
    await world.minute();
    await world.settle();
    await world.pass(10_000, false);
    // Half of them are not written and done with at once; of the others two a second are evaluated.
    const told = { total: 100, done: 50 + 20, percent: 70, objectsPerSecond: 7, secondsLeft: 5 };
    expect(await progress(world, 2)).toEqual({ paused: false, ...told });
    expect(world.named('sweep.progress').at(-1)).toMatchObject({ kind: 'group', listed: 100, percent: 50 });
    await world.pass(minute);
    expect(await progress(world)).toBeNull();
    expect(world.named('sweep.progress').at(-1)).toMatchObject({ done: 100, percent: 100, secondsLeft: 0 });
  });

  it('lets live changes go first', async () => {
    const world = newWorld(400, { SYNC_OBJECTS_PER_SECOND: '5' });
    await world.minute();
    await world.settle();
    const live = createGroup(world, world.people.slice(0, 1));
    await world.ring('groups');
    await world.settle();
    expect(membersInAd(world, live)).toEqual([sid(0)]);
    expect(world.ad.objects.size).toBeLessThan(20);
  });
});

describe('a sweep of what has not changed', () => {
  it('costs one request to Graph and one to the relay per page, and writes nothing', async () => {
    const world = newWorld(300);
    await world.pass(20 * minute);
    await sweep(world);
    await world.pass(2 * minute, false);
    await sweep(world);
    await world.pass(10 * minute, false);
    const writes = world.ad.writes();
    const changes = world.queues.sent('changes');
    const intents = world.queues.sent('intents');
    requestsOf(world);
    await sweep(world);
    await world.pass(minute, false);
    expect(requestsOf(world)).toEqual({ 'GET /groups': 1, 'GET /groupSettings': 1 });
    expect(world.queues.sent('changes')).toBe(changes);
    expect(world.queues.sent('intents')).toBe(intents + 2);
    expect(world.ad.writes()).toBe(writes);
    expect(world.named('sweep.compared').at(-1)).toMatchObject({ compared: 150, differing: 0 });
    expect(world.named('sweep.answered').at(-1)).toMatchObject({ listed: 300, called: 0, compared: 150 });
  });

  it('reads all members again once in some days, and each time when it is asked for all', async () => {
    const world = newWorld(10);
    await world.pass(20 * minute);
    await sweep(world);
    await world.pass(10 * minute);
    requestsOf(world);
    await sweep(world, { full: true });
    await world.pass(2 * minute, false);
    expect(requestsOf(world)['GET /groups/{id}/members']).toBe(5);
    world.clock.now += 8 * day;
    await sweep(world);
    await world.pass(2 * minute, false);
    expect(requestsOf(world)['GET /groups/{id}/members']).toBe(5);
  });
});

describe('a sweep', () => {
  it('repairs what was changed by hand in AD', async () => {
    const world = newWorld(6);
    await world.pass(20 * minute);
    const [changed, emptied, deleted] = world.ids.filter((id) => membersInAd(world, id));
    if (!changed || !emptied || !deleted) throw new Error('They were not written.');
    Object.assign(heldOf(world, changed), { commonName: 'Renamed by hand' });
    heldOf(world, emptied).members.clear();
    world.ad.objects.delete(`group:${deleted}`);
    await sweep(world);
    await world.pass(minute);
    expect(heldOf(world, changed).commonName).not.toBe('Renamed by hand');
    expect(membersInAd(world, emptied)).toEqual([sid(0), sid(1)]);
    expect(membersInAd(world, deleted)).toEqual([sid(0), sid(1)]);
    expect(lastIntentCause(world, emptied)).toBe('sweep');
  });

  it('that is asked only to report tells the differences and writes nothing', async () => {
    const world = newWorld(6);
    await world.pass(20 * minute);
    await sweep(world);
    await world.pass(5 * minute);
    const [changed] = world.ids.filter((id) => membersInAd(world, id));
    if (!changed) throw new Error('It was not written.');
    heldOf(world, changed).members.clear();
    const writes = world.ad.writes();
    const changes = world.queues.sent('changes');
    await sweep(world, { report: true });
    await world.pass(30_000, false);
    expect(world.ad.writes()).toBe(writes);
    expect(world.queues.sent('changes')).toBe(changes);
    expect(world.alerts.map(({ violation }) => [violation.code, violation.about?.id])).toContainEqual([
      'DRIFT_REPORTED',
      changed,
    ]);
  });

  it('that is asked only to report does not take members for changed that nobody has compared before', async () => {
    const world = newWorld(6);
    await world.pass(5 * minute);
    await sweep(world, { report: true });
    await world.pass(minute, false);
    expect(world.named('sweep.answered').at(-1)).toMatchObject({ compared: 3, differing: 0, unknown: 3 });
    expect(world.alerts.filter(({ violation }) => violation.code === 'DRIFT_REPORTED')).toEqual([]);
  });

  it('writes a change of the cloud that nothing had told, and does not call it drift', async () => {
    const world = newWorld(4);
    await world.pass(20 * minute);
    const [id] = world.ids.filter((one) => !membersInAd(world, one));
    if (!id) throw new Error('All are written.');
    world.tenant.update(id, { writebackConfiguration: { isEnabled: true, onPremisesGroupType: null } });
    await world.pass(2 * minute);
    expect(membersInAd(world, id)).toBeUndefined();
    await sweep(world);
    await world.pass(minute);
    expect(membersInAd(world, id)).toEqual([sid(0), sid(1)]);
    expect(lastIntentCause(world, id)).toBe('missed');
  });

  it('tells of an AD object with our marker and without cloud object, leaves it, and resolves that when the object is back', async () => {
    const world = newWorld(4);
    await world.pass(20 * minute);
    const [id] = world.ids.filter((one) => membersInAd(world, one));
    const object = id && world.tenant.find(id);
    if (!object) throw new Error('It was not written.');
    world.tenant.store.bury(object);
    await sweep(world);
    await world.pass(minute);
    expect(membersInAd(world, object.id)).toEqual([sid(0), sid(1)]);
    const orphans = () => world.alerts.filter(({ violation }) => violation.code === 'ORPHAN');
    expect(orphans().map(({ event, violation }) => [event, violation.about?.id])).toEqual([['opened', id]]);
    expect(world.named('sweep.answered').at(-1)).toMatchObject({ listed: 3, differing: 0, orphans: 1 });
    world.tenant.store.putLive(object);
    await sweep(world);
    await world.pass(10 * minute);
    expect(orphans().map(({ event }) => event)).toEqual(['opened', 'resolved']);
  });

  it('has an object evaluated whose marker stands on two, so that the relay can refuse it and say why', async () => {
    const world = newWorld(4);
    await world.pass(20 * minute);
    await sweep(world);
    await world.pass(5 * minute, false);
    const id = world.ids.find((one) => membersInAd(world, one)) ?? neverHappens();
    world.ad.trouble.doubled.push(id);
    const before = world.named('change.decided').length;
    await sweep(world);
    await world.pass(minute, false);
    const decided = world.named('change.decided').slice(before);
    expect(new Set(decided.map((one) => one.id))).toEqual(new Set([id]));
    expect(world.named('sweep.answered').at(-1)).toMatchObject({ differing: 1, doubled: 1 });
  });

  it('does not take an object in the recycle bin, or one that is kept after its end, for an orphan', async () => {
    const world = newWorld(6);
    const loaded = loadPolicy('defaults:\n  groups:\n    deletion: { hardDeleted: keep }\n');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
    world.policy.current = loaded.policy;
    await world.pass(20 * minute);
    const [binned, purged] = world.ids.filter((one) => membersInAd(world, one));
    if (!binned || !purged) throw new Error('They were not written.');
    world.tenant.softDelete(binned);
    world.tenant.softDelete(purged);
    world.tenant.purge(purged);
    await world.pass(2 * minute);
    await sweep(world);
    await world.pass(minute);
    expect(world.ad.objects.has(`group:${binned}`) && world.ad.objects.has(`group:${purged}`)).toBe(true);
    expect(world.alerts.filter(({ violation }) => violation.code === 'ORPHAN')).toEqual([]);
  });

  it('removes what is gone for good and is still in AD, since the removal has failed and nobody tried again', async () => {
    const world = newWorld(4);
    await world.pass(20 * minute);
    const id = world.ids.find((one) => membersInAd(world, one)) ?? neverHappens();
    world.ad.trouble.refuses = true;
    world.tenant.softDelete(id);
    world.tenant.purge(id);
    await world.minute();
    await world.settle();
    for (const message of later(world)) world.queues.complete(message);
    world.ad.trouble.refuses = false;
    await world.pass(20 * minute, false);
    expect(world.ad.objects.has(`group:${id}`)).toBe(true);
    await sweep(world);
    await world.pass(minute, false);
    expect(world.ad.objects.has(`group:${id}`)).toBe(false);
    expect(world.alerts.filter(({ violation }) => violation.code === 'ORPHAN')).toEqual([]);
  });

  it('for another policy looks again at what has ended and was kept', async () => {
    const world = newWorld(6);
    world.policy.current = ending('keep');
    await world.pass(20 * minute);
    const [binned, purged] = world.ids.filter((one) => membersInAd(world, one));
    if (!binned || !purged) throw new Error('They were not written.');
    world.tenant.softDelete(binned);
    world.tenant.softDelete(purged);
    world.tenant.purge(purged);
    await world.pass(20 * minute);
    const inAd = () => [binned, purged].map((id) => world.ad.objects.has(`group:${id}`));
    expect(inAd()).toEqual([true, true]);
    world.policy.current = ending('delete');
    await world.pass(3 * minute);
    expect(inAd()).toEqual([false, false]);
  });

  it('begins its list anew where Graph takes its link no more, and removes nothing', async () => {
    const world = newWorld(4);
    await world.pass(20 * minute);
    const before = world.ad.objects.size;
    const states = world.around.sweepStates;
    await sweep(world);
    await states.update('group', (state) => ({
      ...state,
      ...(state.running && {
        running: { ...state.running, next: 'https://graph.test/v1.0/groups?$skiptoken=old' },
      }),
    }));
    await world.pass(minute);
    expect(world.named('sweep.deferred')).not.toHaveLength(0);
    expect(world.named('sweep.finished').at(-1)).toMatchObject({ listed: 4 });
    expect(world.ad.objects.size).toBe(before);
  });

  it('is taken up by the timer where its next step was lost', async () => {
    const world = newWorld(4);
    await world.pass(20 * minute);
    await sweep(world);
    world.queues.complete(next(world, 'feeds', 'sweep:group'));
    await world.pass(7 * minute);
    expect(world.named('sweep.revived')).toHaveLength(1);
    expect(await progress(world)).toBeNull();
  });

  it('is not begun twice by two requests, and gives way to one that the policy needs', async () => {
    const world = newWorld(4);
    await world.pass(20 * minute);
    expect((await sweep(world)).result).toBe('started');
    expect((await sweep(world)).result).toBe('running');
    const asked = await startSweep('group', { why: 'policy' }, world.trace, world.around.sweeping);
    expect(asked.result).toBe('started');
    expect((await sweep(world, { full: true })).result).toBe('running');
  });

  it('of a kind that the policy does not write is none', async () => {
    const world = await startedWorld();
    const asked = await startSweep('user', { why: 'request' }, world.trace, world.around.sweeping);
    expect(asked).toEqual({ kind: 'user', result: 'notWritten', id: null });
  });
});

describe('the slices of the hours', () => {
  it('cover the tenant in a day, a page at a time, and rest in between', async () => {
    const world = newWorld(2400);
    await world.pass(3 * minute);
    const listed: number[] = [];
    for (let hour = 0; hour < 4; hour += 1) {
      await sweepSlice('group', world.trace, world.around.sweeping);
      await world.pass(5 * minute, false);
      const state = await world.around.sweepStates.load('group');
      listed.push(state.running?.listed ?? state.last?.listed ?? 0);
    }
    expect(listed).toEqual([999, 1998, 2400, 999]);
  }, 60_000);
});

/** What would be delivered later. */
const later = ({ queues, clock }: World) =>
  queues.ready(Number.MAX_SAFE_INTEGER).filter(({ due }) => due > clock.now);
function ending(how: 'keep' | 'delete') {
  const loaded = loadPolicy(
    `defaults:\n  groups:\n    deletion: { softDeleted: ${how}, hardDeleted: ${how} }\n`,
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.policy;
}
/** How far the sweep of the groups is; null where none runs. */
async function progress(world: World, pace = 50) {
  const { running } = await world.around.sweepStates.load('group');
  return running ? progressOf(running, world.now(), pace) : null;
}
const isStep = ({ session }: { readonly session: string }): boolean => session === 'sweep:group';
const next = (world: World, queue: string, session: string) =>
  world.queues.ready(world.clock.now).find((one) => one.queue === queue && one.session === session) ??
  neverHappens();
const heldOf = (world: World, id: string) => world.ad.objects.get(`group:${id}`) ?? neverHappens();
const lastIntentCause = (world: World, id: string) =>
  world.named('outcome.settled').findLast((one) => one.id === id && one.result === 'applied')?.cause;
const neverHappens = (): never => {
  throw new Error('The test is wrong.');
};
