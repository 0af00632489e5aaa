import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dump } from '../../../local/samba/dump.ts';
import { sidToText } from '../../../local/samba/identifiers.ts';
import { named, startTenant, type Tenant } from './tenant.ts';

/** Groups that AD has already: written by Entra Connect or Cloud Sync, moved to the cloud, or privileged. */

let tenant: Tenant;

const policy = {
  groups: [
    {
      rule: 'Moved',
      when: { attribute: 'movedFromAd', operator: 'isTrue' },
      writeback: true,
      ou: 'OU=Elsewhere,OU=EntraWriteback',
    },
    {
      rule: 'Connect',
      when: named('Connect'),
      writeback: 'asConfigured',
      ou: 'OU=Legacy,OU=EntraWriteback',
      name: { commonName: 'Group_{id}', samAccountName: 'Group_{id}' },
    },
    { rule: 'Others' },
  ],
};

beforeAll(async () => {
  tenant = await startTenant(policy);
  await tenant.ou('OU=Legacy');
}, 120_000);

afterAll(() => tenant?.stop());

/** An AD group as somebody else left it. */
async function leave(cn: string, attributes: Readonly<Record<string, string | string[]>>): Promise<string> {
  const dn = `CN=${cn},OU=Legacy,OU=EntraWriteback,${tenant.baseDn}`;
  await tenant.inAd((client) =>
    client.add(dn, { objectClass: 'group', sAMAccountName: cn, groupType: '-2147483640', ...attributes }),
  );
  return dn;
}

/** A security group of the cloud that nobody has enabled yet. */
const asleep = async (displayName: string, members: readonly string[] = []): Promise<string> => {
  const since = tenant.mark();
  const id = await tenant.create(displayName, 'security', {}, members);
  await tenant.decided(id, 'ignore', since);
  return id;
};

describe('a group that was written by another tool', () => {
  it.each([
    ['adminDescription, as Entra Connect writes it', 'adminDescription'],
    ['msDS-ExternalDirectoryObjectId, as Cloud Sync writes it', 'msDS-ExternalDirectoryObjectId'],
  ])(
    'is adopted in place by its marker in %s: the same object, both markers, nothing created',
    async (_how, attribute) => {
      const person = tenant.synced[0];
      const id = await asleep(`Connect ${attribute}`, [person?.id ?? '']);
      const dn = await leave(`Group_${id}`, { [attribute]: `Group_${id}`, description: 'As it was' });
      const before = await tenant.find(dn);
      const outcome = await tenant.changed(id, () => tenant.enable(id, true));
      expect(outcome.operations).not.toContain('create');
      const after = await tenant.group(id);
      expect(after.dn).toBe(dn);
      expect([after.bytes.objectGUID, after.bytes.objectSid]).toEqual([
        before?.bytes.objectGUID,
        before?.bytes.objectSid,
      ]);
      expect([after.values.adminDescription, after.values['msDS-ExternalDirectoryObjectId']]).toEqual([
        [`Group_${id}`],
        [`Group_${id}`],
      ]);
      expect(after.values.member).toEqual([await tenant.dnOf(person?.onPremisesSecurityIdentifier)]);
      expect(after.values.description).toBeUndefined();
    },
  );

  it('is left alone where two AD groups carry its marker, and people are told', async () => {
    const id = await asleep('Connect twice');
    await leave('Twice 1', { 'msDS-ExternalDirectoryObjectId': `Group_${id}` });
    await leave('Twice 2', { 'msDS-ExternalDirectoryObjectId': `Group_${id}` });
    const before = await dump(tenant.account, `OU=EntraWriteback,${tenant.baseDn}`);
    const since = tenant.mark();
    await tenant.enable(id, true);
    await tenant.settled(id, since, (event) => event.result === 'refused');
    expect(await tenant.violations(id)).toContain('MARKER_CONFLICT');
    expect(await dump(tenant.account, `OU=EntraWriteback,${tenant.baseDn}`)).toBe(before);
  });
});

describe('two AD groups of one cloud group, written by different tools', () => {
  it('are both left alone though each has its marker in another place, and people are told', async () => {
    const id = await asleep('By two tools');
    await leave('By Connect', { adminDescription: `Group_${id}` });
    await leave('By Cloud Sync', { 'msDS-ExternalDirectoryObjectId': `Group_${id}` });
    const before = await dump(tenant.account, `OU=EntraWriteback,${tenant.baseDn}`);
    const since = tenant.mark();
    await tenant.enable(id, true);
    await tenant.settled(id, since, (event) => event.result === 'refused');
    expect(await tenant.violations(id)).toContain('MARKER_CONFLICT');
    expect(await dump(tenant.account, `OU=EntraWriteback,${tenant.baseDn}`)).toBe(before);
  });
});

describe('an AD group with the markers of two cloud groups', () => {
  it('is touched for neither of them and told for both, and adopted once one marker is gone', async () => {
    const [one, other] = [await asleep('Mixed one'), await asleep('Mixed other')];
    const dn = await leave('Mixed', {
      adminDescription: `Group_${one}`,
      'msDS-ExternalDirectoryObjectId': `Group_${other}`,
    });
    const mixed = await tenant.find(dn);
    const before = await dump(tenant.account, `OU=EntraWriteback,${tenant.baseDn}`);
    for (const id of [one, other]) {
      const since = tenant.mark();
      await tenant.enable(id, true);
      await tenant.settled(id, since, (event) => event.result === 'refused');
      expect(await tenant.violations(id)).toContain('MARKER_CONFLICT');
    }
    expect(await dump(tenant.account, `OU=EntraWriteback,${tenant.baseDn}`)).toBe(before);
    await tenant.inAd((client) =>
      client.modify(
        dn,
        new Change({
          operation: 'delete',
          modification: new Attribute({ type: 'msDS-ExternalDirectoryObjectId', values: [] }),
        }),
      ),
    );
    await tenant.changed(one, () => tenant.patch(one, { description: 'Alone' }));
    expect((await tenant.group(one)).bytes.objectSid).toEqual(mixed?.bytes.objectSid);
    expect(await tenant.violations(one)).toEqual([]);
    await tenant.changed(other, () => tenant.patch(other, { description: 'Its own' }));
    expect((await tenant.group(other)).bytes.objectSid).not.toEqual(mixed?.bytes.objectSid);
    expect(await tenant.violations(other)).toEqual([]);
  });
});

describe('a group whose source of authority moved to the cloud', () => {
  it('continues its AD group, matched by SID, in its own OU under its own name, whatever the rule says', async () => {
    const [one, other] = tenant.synced;
    const dn = await leave('Payroll', {
      description: 'Before',
      member: [await tenant.dnOf(one?.onPremisesSecurityIdentifier)],
    });
    const [entry] = await tenant.search('(sAMAccountName=Payroll)', ['objectSid']);
    const sid = sidToText(entry?.bytes.objectSid?.[0] ?? new Uint8Array());
    const cloud = tenant.stack.parts.graph?.tenant.seed.group(
      {
        displayName: 'Payroll of the cloud',
        mailNickname: 'payroll',
        mailEnabled: false,
        securityEnabled: true,
        groupTypes: [],
        description: 'After',
        onPremisesSyncEnabled: true,
        onPremisesSecurityIdentifier: sid,
      },
      { members: [one?.id ?? '', other?.id ?? ''] },
    );
    const id = cloud?.id ?? '';
    await tenant.changed(id, () =>
      tenant.graph('PATCH', `/v1.0/groups/${id}/onPremisesSyncBehavior`, { isCloudManaged: true }),
    );
    const after = await tenant.group(id);
    expect(after.dn).toBe(dn);
    expect(after.values.sAMAccountName).toEqual(['Payroll']);
    expect(after.bytes.objectSid).toEqual(entry?.bytes.objectSid);
    expect(after.values.description).toEqual(['After']);
    expect(after.values.member).toHaveLength(2);
    await tenant.changed(id, () => tenant.patch(id, { displayName: 'Renamed in the cloud' }));
    expect((await tenant.group(id)).dn).toBe(dn);
    expect((await tenant.group(id)).values.displayName).toEqual(['Renamed in the cloud']);
  });
});

describe('a group that AD protects', () => {
  it('is never changed, even where it carries our marker, and people are told', async () => {
    const id = await asleep('Connect admins', [tenant.synced[0]?.id ?? '']);
    const dn = await leave(`Group_${id}`, { adminDescription: `Group_${id}`, adminCount: '1' });
    const before = await dump(tenant.account, dn);
    const since = tenant.mark();
    await tenant.enable(id, true);
    await tenant.settled(id, since, (event) => event.result === 'refused');
    expect(await tenant.violations(id)).toContain('PROTECTED_OBJECT');
    expect(await dump(tenant.account, dn)).toBe(before);
  });
});
