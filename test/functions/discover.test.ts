import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Discovery } from '../../shared/flow/ask/discover.ts';
import { startWorld, type World } from '../e2e/world.ts';

/** The planning questions of an administrator, asked of the sample tenant. */

let world: World;

beforeAll(async () => {
  world = await startWorld({ policyText: '' });
}, 120_000);

afterAll(() => world?.stop());

async function discover(): Promise<Discovery> {
  const response = await world.api('/discover');
  expect(response.status).toBe(200);
  return (await response.json()) as Discovery;
}

describe('discover', () => {
  it('tells tenant, licence, the default for new groups and what the forest is like', async () => {
    const found = await discover();
    expect(found.organization).toMatchObject({
      known: true,
      value: { displayName: 'Contoso', licence: 'P2', onPremisesSyncEnabled: true },
    });
    expect(found.groupSettings).toEqual({
      known: true,
      value: { newUnifiedGroupWritebackDefault: true, configured: false },
    });
    expect(found.forest).toEqual({
      known: true,
      value: { dnsDomain: 'lab.test', schemaVersion: 87, exchangePrepared: false, recycleBin: false },
    });
  });

  it('says that Graph tells the features of Entra Connect to people only', async () => {
    const { features } = await discover();
    expect(features.known).toBe(false);
    expect(features.known ? '' : features.why).toContain('OnPremDirectorySynchronization.Read.All');
  });

  it('counts what would be written and what not, by kind and reason, and names some', async () => {
    const { groups } = await discover();
    if (!groups.known) throw new Error(groups.why);
    const { total, fates, microsoft365 } = groups.value;
    expect(fates.reduce((sum, { count }) => sum + count, 0)).toBe(total);
    expect(microsoft365).toEqual({
      on: 1,
      off: 1,
      notSet: 3,
      types: { universalDistributionGroup: 1, universalMailEnabledSecurityGroup: 1 },
    });
    const fate = (kind: string, reason: string) =>
      fates.find((one) => one.kind === kind && one.reason === reason);
    expect(fate('microsoft365', 'WRITE_BY_DEFAULT')).toMatchObject({ outcome: 'write', count: 3 });
    expect(fate('microsoft365', 'DISABLED')?.examples).toEqual([
      { id: expect.any(String), displayName: 'Café Committee' },
    ]);
    expect(fate('distributionList', 'DISTRIBUTION_LIST')).toMatchObject({ outcome: 'ignore', count: 1 });
  });

  it('counts a group that is larger than its rule allows among those that would be refused', async () => {
    const limit = (members: number) => `groups: [{ rule: All, limits: { members: ${members} } }]`;
    await world.setPolicy(limit(2));
    const { groups } = await discover();
    if (!groups.known) throw new Error(groups.why);
    const refused = groups.value.fates.filter(({ reason }) => reason === 'TOO_MANY_MEMBERS');
    expect(refused.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(4);
    expect(groups.value.fates.find(({ reason }) => reason === 'WRITE_BY_DEFAULT')).toBeUndefined();
    await world.setPolicy('');
  });

  it('says that device writeback needs P1 or P2 where rules write devices and the tenant is free', async () => {
    const organization = world.stack.parts.graph?.tenant.settings.organization ?? {};
    const { assignedPlans = null } = organization;
    organization.assignedPlans = [];
    expect((await discover()).devices).toEqual({ written: false, missing: [] });
    await world.setPolicy('devices: [{ rule: All }]');
    expect((await discover()).devices).toEqual({
      written: true,
      missing: [
        { what: 'licence', message: expect.stringContaining('needs a licence of Entra ID P1 or P2') },
      ],
    });
    organization.assignedPlans = assignedPlans;
    expect((await discover()).devices).toEqual({ written: true, missing: [] });
    await world.setPolicy('');
  });

  it('follows the tenant setting', async () => {
    const templateId = '62375ab9-6b52-47ed-826b-58e47e0e304b';
    const values = [{ name: 'NewUnifiedGroupWritebackDefault', value: 'false' }];
    await world.graph('POST', '/v1.0/groupSettings', { templateId, values });
    const { groupSettings } = await discover();
    expect(groupSettings).toEqual({
      known: true,
      value: { newUnifiedGroupWritebackDefault: false, configured: true },
    });
  });

  it('answers the rest where a question cannot be answered', async () => {
    world.stack.parts.controller?.pause();
    const found = await discover().finally(() => world.stack.parts.controller?.resume());
    expect(found.forest).toEqual({
      known: false,
      why: expect.stringContaining('No relay answered within 5 s'),
    });
    expect(found.organization.known).toBe(true);
  });
});
