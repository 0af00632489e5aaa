import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { Dn, ObjectGuid } from '../../../shared/domain/index.ts';
import { at, formsOf, type Made, startWorld, type World, ways } from './world.ts';

describe.each(ways)('changing members through %s', (way) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(way, { memberChunk: 8 });
  });
  afterAll(() => world.stop());

  const person = (index: number) => at(world.seeded.people, index);
  const sids = (...indexes: readonly number[]) => indexes.map((index) => formsOf(person(index)).sid);
  const names = (...indexes: readonly number[]) => indexes.map((index) => person(index).dn).sort();
  const change = (
    op: 'addMembers' | 'removeMembers',
    { dn, guid }: Pick<Made, 'dn' | 'guid'>,
    members: readonly Dn[],
  ) => world.directory.apply({ op, dn, guid, members });

  it('sends what is asked for straight away, without any search', async () => {
    const group = await world.group('optimistic');
    world.proxy.resetCounters();
    expect(await change('addMembers', group, sids(0, 1, 2))).toMatchObject({ wrote: true, memberCount: 3 });
    expect(await change('removeMembers', group, sids(1))).toMatchObject({ wrote: true, memberCount: 1 });
    if (way !== 'Samba') expect(world.proxy.requests).toEqual({ modify: 2 });
    expect(await world.members(group.dn)).toEqual(names(0, 2));
  });

  it('adds those that are missing where some are members already, and counts only those', async () => {
    const group = await world.group('half there', { member: sids(0, 1) });
    world.proxy.resetCounters();
    const applied = await change('addMembers', group, sids(0, 1, 2, 3));
    expect(applied).toMatchObject({ wrote: true, memberCount: 2, refused: [] });
    // One refused, one with what is missing; in between it is looked up who is there.
    if (way !== 'Samba') expect(world.proxy.requests).toEqual({ modify: 2, search: 3 });
    expect(await change('addMembers', group, sids(0, 1, 2, 3))).toMatchObject({
      wrote: false,
      memberCount: 0,
    });
    expect(await world.members(group.dn)).toEqual(names(0, 1, 2, 3));
  });

  it('removes those that are members where some are not', async () => {
    const group = await world.group('half gone', { member: sids(0, 1, 2) });
    expect(await change('removeMembers', group, sids(1, 2, 3, 4))).toMatchObject({
      memberCount: 2,
      refused: [],
    });
    expect(await change('removeMembers', group, sids(1, 2, 3, 4))).toMatchObject({
      wrote: false,
      refused: [],
    });
    expect(await world.members(group.dn)).toEqual(names(0));
  });

  it('counts a member that no longer exists as removed', async () => {
    const group = await world.group('lost one', { member: sids(0) });
    const gone = Dn.parse('<GUID=11111111-1111-4111-8111-111111111111>');
    expect(await change('removeMembers', group, [...sids(0), gone])).toMatchObject({
      memberCount: 1,
      refused: [],
    });
    expect(await world.members(group.dn)).toEqual([]);
  });

  it('writes an object once that a list names by SID, GUID and DN', async () => {
    const group = await world.group('named thrice');
    const { sid, guid, dn } = formsOf(person(0));
    const applied = await change('addMembers', group, [sid, guid, dn, sid, formsOf(person(1)).guid]);
    expect(applied).toMatchObject({ memberCount: 2, refused: [] });
    expect(await world.members(group.dn)).toEqual(names(0, 1));
    await change('removeMembers', group, [sid]);
    // Samba would have stored the link twice, and a removal would have left one.
    expect(await world.members(group.dn)).toEqual(names(1));
  });

  it('leaves out the members that AD refuses, says why, and writes the others', async () => {
    const group = await world.group('picky');
    const ghosts = [1, 2, 3].map((index) => Dn.parse(`CN=ghost ${index},${world.seeded.peopleOu}`));
    const applied = await change('addMembers', group, [...sids(0, 1, 2), ...ghosts, ...sids(3, 4, 5, 6, 7)]);
    expect(applied.memberCount).toBe(8);
    expect(applied.refused.map(({ member }) => member).sort()).toEqual([...ghosts]);
    expect(at(applied.refused, 0).message).toContain('00000525');
    expect(await world.members(group.dn)).toEqual(names(0, 1, 2, 3, 4, 5, 6, 7));
  });

  if (way !== 'Samba') {
    it('leaves out a domain local group, which AD does not take into a universal one', async () => {
      const group = await world.group('universal');
      const local = formsOf(world.seeded.groups.domainLocal).sid;
      const applied = await change('addMembers', group, [...sids(0, 1), local, ...sids(2)]);
      expect(applied).toMatchObject({
        memberCount: 3,
        refused: [{ member: local, message: expect.stringContaining('00002146') }],
      });
      expect(await world.members(group.dn)).toEqual(names(0, 1, 2));
    });
  }

  it('fails where it is the group that is not there', async () => {
    const group = {
      dn: world.dn('never made'),
      guid: ObjectGuid.parse('11111111-1111-4111-8111-111111111111'),
    };
    await expect(change('addMembers', group, sids(0))).rejects.toMatchObject({
      kind: 'notFound',
      retry: 'observe',
    });
  });

  it('finds the group although it was renamed meanwhile, also where members must be looked up', async () => {
    const group = await world.group('old name', { member: sids(0) });
    await withConnection(world.dc, (client) => client.modifyDN(group.dn, world.dn('new name')));
    expect(await change('addMembers', group, sids(0, 1))).toMatchObject({ memberCount: 1, refused: [] });
    expect(await world.members(world.dn('new name'))).toEqual(names(0, 1));
  });

  it('ends in the same members as a set would, whatever is added and removed in whatever form and order', async () => {
    const group = await world.group('model');
    const model = new Set<number>();
    const step = fc.record({
      op: fc.constantFrom('addMembers' as const, 'removeMembers' as const),
      members: fc.array(
        fc.record({
          index: fc.nat({ max: 15 }),
          form: fc.constantFrom('sid' as const, 'guid' as const, 'dn' as const),
        }),
        { maxLength: 20 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(step, async ({ op, members }) => {
        const before = model.size;
        for (const { index } of members) op === 'addMembers' ? model.add(index) : model.delete(index);
        const list = members.map(({ index, form }) => formsOf(person(index))[form]);
        const applied = await change(op, group, list);
        expect(applied).toMatchObject({ memberCount: Math.abs(model.size - before), refused: [] });
        expect(await world.members(group.dn)).toEqual(names(...model));
      }),
      // One group lives through all the runs, so a failure cannot be shrunk.
      { numRuns: 40, endOnFailure: true },
    );
  });
});
