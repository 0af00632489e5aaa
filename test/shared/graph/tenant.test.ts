import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { credentialOf, startWorld, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const template = '62375ab9-6b52-47ed-826b-58e47e0e304b';
const settingsWith = (value: string) => ({
  id: 'c391b57d-5783-4c53-9236-cefb5c6ef323',
  displayName: 'Group.Unified',
  templateId: template,
  values: [
    { name: 'EnableGroupCreation', value: 'False' },
    { name: 'NewUnifiedGroupWritebackDefault', value },
  ],
});

describe('the tenant', () => {
  it.each([
    ['nothing', undefined, { newUnifiedGroupWritebackDefault: true, configured: false }],
    ['an empty text', '', { newUnifiedGroupWritebackDefault: true, configured: false }],
    ['True', 'True', { newUnifiedGroupWritebackDefault: true, configured: true }],
    ['False', 'False', { newUnifiedGroupWritebackDefault: false, configured: true }],
    ['false', 'false', { newUnifiedGroupWritebackDefault: false, configured: true }],
  ])('says of new Microsoft 365 groups, with %s set', async (_name, value, expected) => {
    const { groupSettings } = world.tenant.settings;
    groupSettings.clear();
    if (value !== undefined) groupSettings.set('s', settingsWith(value));
    expect(await world.client().graph.readGroupSettings()).toEqual({ outcome: 'complete', value: expected });
    groupSettings.clear();
  });

  it('says what it is, and its licence', async () => {
    expect(await world.client().graph.readOrganization()).toMatchObject({
      outcome: 'complete',
      value: {
        displayName: 'Contoso',
        onPremisesSyncEnabled: true,
        licence: 'P2',
        verifiedDomains: expect.arrayContaining(['contoso.com']),
      },
    });
  });

  it.each([
    ['Enabled', 'P2'],
    ['Warning', 'P2'],
    ['Suspended', 'free'],
  ])('has the licence of a plan that is %s: %s', async (capabilityStatus, licence) => {
    const { organization } = world.tenant.settings;
    const { assignedPlans = null } = organization;
    const servicePlanId = 'eec0eb4f-6444-4f95-aba0-50c24d67f998';
    organization.assignedPlans = [{ servicePlanId, service: 'AADPremiumService', capabilityStatus }];
    const read = await world.client().graph.readOrganization();
    expect(read).toMatchObject({ outcome: 'complete', value: { licence } });
    organization.assignedPlans = assignedPlans;
  });

  it('tells its features only to people, and says so to an app', async () => {
    const read = await world.client().graph.readTenantFeatures();
    expect(read).toMatchObject({ outcome: 'failed', why: { status: 403 } });
    expect(read.outcome === 'failed' && read.why.message).toContain('delegated: sign in as a person');
    const person = world.client({ credential: credentialOf('admin') });
    expect(await person.graph.readTenantFeatures()).toEqual({
      outcome: 'complete',
      value: {
        groupWriteBackEnabled: false,
        unifiedGroupWritebackEnabled: false,
        deviceWritebackEnabled: false,
        userWritebackEnabled: false,
      },
    });
  });
});
