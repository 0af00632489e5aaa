import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupTypes, named, startTenant, type Tenant } from './tenant.ts';

/** How groups end in AD and come back, and what becomes of changes made there by hand, on a real AD. */

let tenant: Tenant;

const quarantine = 'OU=Quarantine,OU=EntraWriteback';
/** Two seconds. */
const graceDays = 2 / 86_400;

const policy = {
  groups: [
    {
      rule: 'Delete',
      when: named('Delete'),
      as: 'security',
      deletion: { disabled: 'delete', softDeleted: 'delete' },
    },
    {
      rule: 'Distribution',
      when: named('Distribution'),
      as: 'security',
      deletion: { disabled: 'distribution', softDeleted: 'distribution' },
    },
    { rule: 'Strip', when: named('Strip'), deletion: { disabled: 'strip', softDeleted: 'strip' } },
    {
      rule: 'Quarantine',
      when: named('Quarantine'),
      deletion: {
        disabled: { mode: 'quarantine', quarantine },
        softDeleted: { mode: 'quarantine', quarantine },
      },
    },
    { rule: 'Patient', when: named('Patient'), deletion: { disabled: { mode: 'delete', graceDays } } },
    ...(['distribution', 'strip', 'quarantine'] as const).map((mode) => ({
      rule: `Waiting ${mode}`,
      when: named(`Waiting ${mode}`),
      as: 'security',
      deletion: { softDeleted: { mode, graceDays, ...(mode === 'quarantine' && { quarantine }) } },
    })),
    ...(['distribution', 'strip', 'quarantine'] as const).map((mode) => ({
      rule: `Last ${mode}`,
      when: named(`Last ${mode}`),
      as: 'security',
      deletion: { hardDeleted: { mode, ...(mode === 'quarantine' && { quarantine }) } },
    })),
    { rule: 'Kept', when: named('Kept'), deletion: { hardDeleted: 'keep' } },
    { rule: 'Leaving', when: named('Leaving'), deletion: { outOfScope: 'strip' } },
    { rule: 'Left', when: named('Left'), writeback: false, deletion: { outOfScope: 'strip' } },
    { rule: 'Reported', when: named('Reported'), drift: 'report' },
    { rule: 'Others' },
  ],
};

beforeAll(async () => {
  tenant = await startTenant(policy);
}, 120_000);

afterAll(() => tenant?.stop());

const person = (index: number): string => tenant.synced[index]?.id ?? '';
const removed = (event: Readonly<Record<string, unknown>>): boolean =>
  event.intent === 'remove' && event.result === 'applied';
const written = (event: Readonly<Record<string, unknown>>): boolean =>
  event.intent === 'write' && event.result === 'applied';
const describeIn = (dn: string, text: string): Promise<void> =>
  tenant.inAd((client) =>
    client.modify(
      dn,
      new Change({
        operation: 'replace',
        modification: new Attribute({ type: 'description', values: [text] }),
      }),
    ),
  );

describe('a group that is turned off or deleted in the cloud', () => {
  const ways = [
    ['turned off', (id: string) => tenant.enable(id, false), (id: string) => tenant.enable(id, true)],
    [
      'soft-deleted',
      (id: string) => tenant.graph('DELETE', `/v1.0/groups/${id}`),
      (id: string) => tenant.graph('POST', `/v1.0/directory/deletedItems/${id}/restore`, {}),
    ],
  ] as const;

  it.each(ways)(
    '%s becomes a distribution group with its SID, and a security group again when it comes back',
    async (way, end, back) => {
      const id = await tenant.written(`Distribution ${way}`, 'microsoft365', {}, [person(0)]);
      const before = await tenant.group(id);
      await tenant.changed(id, () => end(id), removed);
      const ended = await tenant.group(id);
      expect(ended.values.groupType).toEqual([groupTypes.universalDistribution]);
      expect(ended.values.member).toEqual(before.values.member);
      await tenant.changed(id, () => back(id), written);
      const after = await tenant.group(id);
      expect(after.values.groupType).toEqual([groupTypes.universalSecurity]);
      expect([ended.bytes.objectSid, after.bytes.objectSid]).toEqual([
        before.bytes.objectSid,
        before.bytes.objectSid,
      ]);
    },
  );

  it.each(ways)('%s loses its members, and has them again when it comes back', async (way, end, back) => {
    const id = await tenant.written(`Strip ${way}`, 'microsoft365', {}, [person(0), person(1)]);
    const before = await tenant.membersOf(id);
    await tenant.changed(id, () => end(id), removed);
    expect(await tenant.membersOf(id)).toEqual([]);
    await tenant.changed(id, () => back(id), written);
    expect(await tenant.membersOf(id)).toEqual(before);
  });

  it.each(ways)(
    '%s is moved to quarantine, and back to its place when it comes back',
    async (way, end, back) => {
      const id = await tenant.written(`Quarantine ${way}`);
      const before = await tenant.group(id);
      await tenant.changed(id, () => end(id), removed);
      expect((await tenant.group(id)).dn).toContain(`,${quarantine},`);
      await tenant.changed(id, () => back(id), written);
      const after = await tenant.group(id);
      expect([after.dn, after.bytes.objectGUID]).toEqual([before.dn, before.bytes.objectGUID]);
    },
  );

  it.each(ways)(
    '%s is deleted, and is the same object with the same SID when it comes back',
    async (way, end, back) => {
      const id = await tenant.written(`Delete ${way}`, 'microsoft365', {}, [person(2)]);
      const before = await tenant.group(id);
      await tenant.changed(id, () => end(id), removed);
      expect(await tenant.adGroup(id)).toBeUndefined();
      await tenant.changed(id, () => back(id), written);
      const after = await tenant.group(id);
      expect(after.dn).toBe(before.dn);
      expect(after.bytes.objectSid).toEqual(before.bytes.objectSid);
      expect(after.values.member).toEqual(before.values.member);
      expect(after.values.groupType).toEqual(before.values.groupType);
    },
  );
});

describe('a grace period', () => {
  it('passes before the group is deleted', async () => {
    const id = await tenant.written('Patient once');
    const since = tenant.mark();
    await tenant.decidedAfter(id, 'remove', () => tenant.enable(id, false));
    expect(await tenant.adGroup(id)).toBeDefined();
    await tenant.settled(id, since, removed);
    expect(await tenant.adGroup(id)).toBeUndefined();
  });

  it('saves the group that comes back in time', async () => {
    const id = await tenant.written('Patient twice');
    const since = tenant.mark();
    await tenant.decidedAfter(id, 'remove', () => tenant.enable(id, false));
    await tenant.decidedAfter(id, 'write', () => tenant.enable(id, true));
    await tenant.event(
      (one) => one.id === id && one.cause === 'grace' && one.event === 'change.decided',
      since,
    );
    expect(tenant.events.slice(since).filter((one) => one.id === id && removed(one))).toEqual([]);
    expect(await tenant.adGroup(id)).toBeDefined();
  });
});

/** What an ending makes of a security group with one member. */
const endedAs = {
  distribution: { groupType: groupTypes.universalDistribution, members: 1, moved: false },
  strip: { groupType: groupTypes.universalSecurity, members: 0, moved: false },
  quarantine: { groupType: groupTypes.universalSecurity, members: 1, moved: true },
} as const;
const modes = ['distribution', 'strip', 'quarantine'] as const;

async function expectEnded(id: string, mode: (typeof modes)[number]): Promise<void> {
  const { dn, values } = await tenant.group(id);
  expect({
    groupType: values.groupType?.[0],
    members: values.member?.length ?? 0,
    moved: dn.includes(`,${quarantine},`),
  }).toEqual(endedAs[mode]);
}

describe('every other ending', () => {
  it.each(modes)('%s waits for its grace period too', async (mode) => {
    const id = await tenant.written(`Waiting ${mode}`, 'microsoft365', {}, [person(4)]);
    const before = await tenant.group(id);
    const since = tenant.mark();
    await tenant.decidedAfter(id, 'remove', () => tenant.graph('DELETE', `/v1.0/groups/${id}`));
    expect(await tenant.group(id)).toEqual(before);
    await tenant.settled(id, since, removed);
    await expectEnded(id, mode);
  });

  it.each(modes)('%s can follow the permanent deletion', async (mode) => {
    const id = await tenant.written(`Last ${mode}`, 'microsoft365', {}, [person(5)]);
    await tenant.decidedAfter(id, 'freeze', () => tenant.graph('DELETE', `/v1.0/groups/${id}`));
    await tenant.changed(id, () => tenant.graph('DELETE', `/v1.0/directory/deletedItems/${id}`), removed);
    await expectEnded(id, mode);
  });
});

describe('a group that ends otherwise', () => {
  it('is kept after its permanent deletion where the rule says so', async () => {
    const id = await tenant.written('Kept');
    await tenant.decidedAfter(id, 'freeze', () => tenant.graph('DELETE', `/v1.0/groups/${id}`));
    const since = tenant.mark();
    await tenant.graph('DELETE', `/v1.0/directory/deletedItems/${id}`);
    await tenant.event(
      (one) => one.id === id && one.reason === 'HARD_DELETED' && one.outcome === 'freeze',
      since,
    );
    expect(await tenant.adGroup(id)).toBeDefined();
  });

  it('ends as the rule says that no longer writes it', async () => {
    const id = await tenant.written('Leaving', 'microsoft365', {}, [person(3)]);
    await tenant.changed(id, () => tenant.patch(id, { displayName: 'Left' }), removed);
    expect(await tenant.membersOf(id)).toEqual([]);
  });
});

describe('a change made by hand in AD', () => {
  it('is overwritten at the next evaluation', async () => {
    const id = await tenant.written('Drifting', 'microsoft365', { description: 'Ours' });
    const { dn } = await tenant.group(id);
    await describeIn(dn, 'By hand');
    await tenant.changed(id, () => tenant.patch(id, { visibility: 'Private' }));
    expect((await tenant.group(id)).values.description).toEqual(['Ours']);
  });

  it('is overwritten by a sweep and told, or only told, as the rule says', async () => {
    const overwritten = await tenant.written('Overwritten', 'microsoft365', { description: 'Ours' });
    const reported = await tenant.written('Reported', 'microsoft365', { description: 'Ours' });
    for (const id of [overwritten, reported]) await describeIn((await tenant.group(id)).dn, 'By hand');
    const since = tenant.mark();
    await tenant.sweep({ kind: 'group' });
    await tenant.settled(overwritten, since, (event) => event.cause === 'sweep');
    await tenant.settled(reported, since, (event) => event.cause === 'sweep');
    expect((await tenant.group(overwritten)).values.description).toEqual(['Ours']);
    expect((await tenant.group(reported)).values.description).toEqual(['By hand']);
    expect(await tenant.violations(overwritten)).toEqual(['DRIFT_OVERWRITTEN']);
    expect(await tenant.violations(reported)).toEqual(['DRIFT_REPORTED']);
  });
});
