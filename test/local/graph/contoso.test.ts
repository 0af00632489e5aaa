import { describe, expect, it } from 'vitest';
import { inventUsers } from '../../../local/graph/contoso/people.ts';
import { seedContoso } from '../../../local/graph/contoso.ts';
import { seedSynthetic } from '../../../local/graph/synthetic.ts';
import { isDynamic, isExchangeMastered, isSynced, isUnified } from '../../../local/graph/tenant/objects.ts';
import { createTenant } from '../../../local/graph/tenant/tenant.ts';

const tenantId = '9a3d526c-b3c1-4479-ba74-197b5c5751ae';
const fresh = (seed = 1) => createTenant({ tenantId, seed, now: () => Date.UTC(2026, 0, 6) });

describe('Contoso', () => {
  it('has the same ids for the same seed and others for another', () => {
    const ids = (seed: number) => {
      const tenant = fresh(seed);
      seedContoso(tenant);
      return [...tenant.store.objects.keys()];
    };
    expect(ids(1)).toEqual(ids(1));
    expect(ids(2)).not.toEqual(ids(1));
  });

  it('takes the users of the domain controller with their SIDs and GUIDs', () => {
    const [first] = inventUsers(1);
    const user = {
      ...(first ?? inventUsers(1)[0]),
      sid: 'S-1-5-21-7-8-9-1105',
      guid: '00112233-4455-6677-8899-aabbccddeeff',
    };
    const { synced } = seedContoso(fresh(), {
      users: [
        {
          ...user,
          dn: 'CN=Zoë,OU=Staff,DC=ad,DC=example,DC=org',
          samAccountName: 'zoe',
          upn: 'zoe@example.org',
          displayName: 'Zoë',
        },
      ],
    });
    expect(synced[0]?.properties).toMatchObject({
      displayName: 'Zoë',
      onPremisesDomainName: 'ad.example.org',
      onPremisesImmutableId: Buffer.from('33221100554477668899aabbccddeeff', 'hex').toString('base64'),
      onPremisesSamAccountName: 'zoe',
      onPremisesSecurityIdentifier: 'S-1-5-21-7-8-9-1105',
      onPremisesSyncEnabled: true,
    });
  });

  it('has groups, people and devices of every kind', () => {
    const tenant = fresh();
    const { groups, syncedGroups, devices, guests } = seedContoso(tenant);
    const all = tenant.store.live('group').flatMap((id) => tenant.find(id) ?? []);
    const count = (test: (properties: (typeof all)[number]['properties']) => boolean) =>
      all.filter(({ properties }) => test(properties)).length;
    expect(count((group) => isUnified(group) && !isDynamic(group))).toBeGreaterThan(2);
    expect(count((group) => isUnified(group) && isDynamic(group))).toBe(1);
    expect(count((group) => !isUnified(group) && isDynamic(group))).toBe(1);
    expect(count((group) => isExchangeMastered(group) && group.securityEnabled === true)).toBe(1);
    expect(count((group) => isExchangeMastered(group) && group.securityEnabled === false)).toBe(1);
    expect(count((group) => group.isAssignableToRole === true)).toBe(1);
    expect(count((group) => group.visibility === 'HiddenMembership')).toBe(1);
    expect(syncedGroups.filter(isSynced).length).toBe(2);
    expect(
      syncedGroups.filter(
        ({ properties }) =>
          properties.isCloudManaged === true && properties.onPremisesSyncEnabled === undefined,
      ),
    ).toHaveLength(1);
    expect(tenant.store.links.of('members', groups.nested.id)).toContain(groups.vpn.id);
    expect(new Set(devices.map(({ properties }) => properties.trustType))).toEqual(
      new Set(['AzureAd', 'Workplace', 'ServerAd']),
    );
    expect(devices.every(({ id }) => tenant.store.links.of('registeredOwners', id).length === 1)).toBe(true);
    expect(guests.every(({ properties }) => properties.userType === 'Guest')).toBe(true);
  });

  it('leaves no history behind', () => {
    const tenant = fresh();
    seedContoso(tenant);
    expect(tenant.log.last()).toBe(0);
  });
});

describe('a synthetic tenant', () => {
  it('has the size that was asked for', () => {
    const tenant = fresh();
    const { memberships } = seedSynthetic(tenant, { users: 500, groups: 200, memberships: 2000 });
    expect(memberships).toBe(2000);
    const members = tenant.store.live('group').map((id) => tenant.store.links.of('members', id).length);
    expect(members.reduce((sum, each) => sum + each, 0)).toBe(2000);
    expect(tenant.store.live('user')).toHaveLength(500);
  });
});
