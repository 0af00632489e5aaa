import { describe, expect, it } from 'vitest';
import type { EntraId } from '../../../shared/domain/index.ts';
import { callDependants } from '../../../shared/flow/settle/follow-up.ts';
import { createGroup, membersInAd, minute, type Started, startedWorld } from './world.ts';

/** A written group of four whose confirmations are over: the feed's word no longer outranks a read. */
async function groupOfFour() {
  const world = await startedWorld();
  const id = createGroup(world, world.people.slice(0, 4));
  await world.pass(20 * minute);
  return { world, id };
}

const readAllMembers = (world: Started, id: EntraId): Promise<void> =>
  callDependants([{ kind: 'group', id }], world.trace, world.around);

const nothingThere = { path: '/members\\?\\$select', effect: { kind: 'emptyList' } } as const;

describe('a complete read that shows no members where there were some', () => {
  it('removes nothing while Graph only seems to have lost them', async () => {
    const { world, id } = await groupOfFour();
    world.behaviour.change({ faults: [nothingThere] });
    await readAllMembers(world, id);
    await world.pass(minute, false);
    expect(membersInAd(world, id)).toHaveLength(4);
    world.behaviour.change({ faults: [] });
    await world.pass(10 * minute);
    expect(membersInAd(world, id)).toHaveLength(4);
  });

  it('is believed when the index counts none either, also where the feed told of nothing', async () => {
    const { world, id } = await groupOfFour();
    world.behaviour.change({ faults: [{ path: '/delta', effect: { kind: 'status', status: 503 } }] });
    world.tenant.unlink('members', id, world.people.slice(0, 4));
    await readAllMembers(world, id);
    await world.pass(minute, false);
    expect(membersInAd(world, id)).toEqual([]);
  });

  it('is believed where Graph cannot count', async () => {
    const { world, id } = await groupOfFour();
    const cannot = { path: 'count=true', effect: { kind: 'status', status: 400 } } as const;
    world.behaviour.change({ faults: [nothingThere, cannot] });
    await readAllMembers(world, id);
    await world.pass(minute, false);
    expect(membersInAd(world, id)).toEqual([]);
  });

  it('is believed after some minutes where the index goes on counting others', async () => {
    const { world, id } = await groupOfFour();
    world.behaviour.change({ faults: [nothingThere] });
    await readAllMembers(world, id);
    await world.pass(2 * minute, false);
    expect(membersInAd(world, id)).toHaveLength(4);
    await world.pass(4 * minute, false);
    expect(membersInAd(world, id)).toEqual([]);
  });
});
