import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../world.ts';
import { named, startTenant, type Tenant } from './tenant.ts';

/** The policy file is changed while the product runs. */

let tenant: Tenant;

const others = { rule: 'Others', writeback: 'asConfigured' };

beforeAll(async () => {
  tenant = await startTenant({ groups: [others] });
  await tenant.ou('OU=New');
}, 120_000);

afterAll(() => tenant?.stop());

describe('a changed policy', () => {
  it('reaches the groups that are written already: they are moved, and stay the same objects', async () => {
    const id = await tenant.written('Everything moves');
    const before = await tenant.group(id);
    await tenant.rewrite({ groups: [{ ...others, ou: 'OU=New,OU=EntraWriteback' }] });
    await tenant.changed(id, () => tenant.fire('watchEveryMinute'));
    const after = await tenant.group(id);
    expect(after.dn).toContain(',OU=New,OU=EntraWriteback,');
    expect(after.bytes.objectSid).toEqual(before.bytes.objectSid);
  });

  it('ends groups that no rule writes any more as their own rule said', async () => {
    const ending = { rule: 'Ending', when: named('Ending'), deletion: { outOfScope: 'strip' } };
    await tenant.rewrite({ groups: [ending, others] });
    const id = await tenant.written('Ending', 'microsoft365', {}, [tenant.synced[0]?.id ?? '']);
    await tenant.rewrite({ groups: [{ ...ending, writeback: false }, others] });
    await tenant.changed(
      id,
      () => tenant.fire('watchEveryMinute'),
      (event) => event.intent === 'remove',
    );
    expect(await tenant.membersOf(id)).toEqual([]);
  });
});

describe('a policy file that does not load', () => {
  it('is told once with its place, value and remedy while the last valid policy goes on; mended, it is over', async () => {
    await tenant.rewrite({ groups: [others] });
    const since = tenant.mark();
    await tenant.spoil('groups:\n  - { rule: A, scope: wide }\n');
    const isOf = (event: string) => (one: Event) => one.event === event && one.code === 'POLICY_INVALID';
    for (let times = 0; times < 2; times += 1) await tenant.fire('watchEveryMinute');
    const opened = await tenant.event(isOf('violation.opened'), since, 'POLICY_INVALID');
    expect(opened).toMatchObject({ severity: 'critical', subject: 'policy.yaml' });
    expect(String(opened.message)).toMatch(/policy\.yaml:2:\d+: groups\[0\]\.scope: .*universal/);
    await tenant.written('Under the last valid policy');
    expect(tenant.events.slice(since).filter(isOf('violation.opened'))).toHaveLength(1);
    await tenant.rewrite({ groups: [{ ...others, rule: 'Mended' }] });
    await tenant.fire('watchEveryMinute');
    await tenant.event(isOf('violation.resolved'), since, 'its end');
  });
});

describe('rules at scale', () => {
  it('choose groups by their owner and by their administrative unit', async () => {
    const [owner] = tenant.synced;
    const unit = await tenant.graph('POST', '/v1.0/directory/administrativeUnits', { displayName: 'Paris' });
    const owned = await tenant.create('By owner', 'security', {
      'owners@odata.bind': [`https://graph.microsoft.com/v1.0/users/${owner?.id}`],
    });
    const inUnit = await tenant.create('By unit', 'security');
    const neither = await tenant.create('By nothing', 'security');
    await tenant.graph('POST', `/v1.0/directory/administrativeUnits/${unit.id}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/groups/${inUnit}`,
    });
    const by = (attribute: string, value: unknown) => ({ attribute, operator: 'includes', value });
    await tenant.rewrite({
      groups: [
        { rule: 'Of the owner', when: by('owners', owner?.id), writeback: true },
        { rule: 'Of the unit', when: by('administrativeUnits', unit.id), writeback: true },
        others,
      ],
    });
    const since = tenant.mark();
    await tenant.fire('watchEveryMinute');
    const outcomes = await Promise.all(
      [owned, inUnit].map((id) => tenant.settled(id, since, ({ result }) => result === 'applied')),
    );
    expect(outcomes.map(({ rule }) => rule)).toEqual(['Of the owner', 'Of the unit']);
    expect(await tenant.adGroup(neither)).toBeUndefined();
  });
});
