import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groupTypes, named, startTenant, type Tenant } from './tenant.ts';

/** Which groups are written, as what, where and under which name: rows of group writeback on a real AD. */

let tenant: Tenant;

const kindIs = (value: string) => ({ attribute: 'kind', operator: 'equals', value });

const policy = {
  tenantDefault: 'on',
  groups: [
    {
      rule: 'Opted in',
      when: { all: [named('OptIn'), { attribute: 'writebackEnabled', operator: 'isTrue' }] },
      writeback: true,
    },
    { rule: 'Not opted in', when: named('OptIn'), writeback: false },
    {
      rule: 'Forbidden',
      when: { all: [named('Forbidden'), { attribute: 'roleAssignable', operator: 'isTrue' }] },
      writeback: true,
      roleAssignable: 'forbidden',
    },
    { rule: 'Required', when: named('Required'), writeback: true, roleAssignable: 'required', lane: 'fast' },
    { rule: 'Security', when: named('AsSecurity'), as: 'security' },
    { rule: 'Mail-enabled', when: named('AsMail'), as: 'mailEnabledSecurity' },
    { rule: 'Distribution', when: named('AsDistribution'), as: 'distribution' },
    { rule: 'Global', when: named('Global'), as: 'security', scope: 'global' },
    { rule: 'Local', when: named('Local'), as: 'security', scope: 'domainLocal' },
    { rule: 'Local mail', when: named('MailLocal'), as: 'mailEnabledSecurity', scope: 'domainLocal' },
    {
      rule: 'Opaque',
      when: named('Opaque'),
      name: { commonName: 'Group_{id}', samAccountName: 'Group_{id}' },
    },
    {
      rule: 'Plain',
      when: named('Plain'),
      name: { commonName: '{displayName}', samAccountName: '{displayName}', samAccountNameLimit: 20 },
    },
    {
      rule: 'Shared',
      when: named('Shared'),
      name: { commonName: '{displayName}', samAccountName: '{displayName}', collision: 'appendId' },
    },
    {
      rule: 'Bare',
      when: { any: [named('Bare'), named('Domain')] },
      name: { commonName: '{displayName}', samAccountName: '{displayName}' },
    },
    {
      rule: 'By visibility',
      when: named('Place'),
      ou: {
        switch: '{visibility}',
        cases: { Public: 'OU=Public,OU=EntraWriteback' },
        default: 'OU=EntraWriteback',
      },
    },
    { rule: 'By template', when: named('Template'), ou: 'OU={classification},OU=EntraWriteback' },
    {
      rule: 'Dynamic',
      when: { all: [kindIs('security'), { attribute: 'dynamic', operator: 'isTrue' }] },
      writeback: true,
    },
    { rule: 'Microsoft 365 groups', when: kindIs('microsoft365') },
    { rule: 'Security groups', when: kindIs('security') },
  ],
};

beforeAll(async () => {
  tenant = await startTenant(policy);
  await tenant.ou('OU=Public', 'OU=Berlin');
}, 120_000);

afterAll(() => tenant?.stop());

/** Waits for the decision; nothing may be in AD, so there is nothing to freeze. */
const notWritten = async (id: string, since: number): Promise<unknown> => {
  const decided = await tenant.event((one) => one.event === 'change.decided' && one.id === id, since);
  expect(decided.outcome).toBe('ignore');
  expect(await tenant.adGroup(id)).toBeUndefined();
  return decided.reason;
};

describe('which groups', () => {
  it('with opt-in, a Microsoft 365 group is written only once it is configured', async () => {
    const since = tenant.mark();
    const id = await tenant.create('OptIn Sales');
    expect(await notWritten(id, since)).toBe('EXCLUDED_BY_RULE');
    await tenant.changed(id, () => tenant.enable(id, true));
    expect((await tenant.group(id)).values.displayName).toEqual(['OptIn Sales']);
  });

  it('a dynamic security group is written by a rule, an assigned one beside it is not', async () => {
    const id = await tenant.written('Everybody here', 'security', {
      groupTypes: ['DynamicMembership'],
      membershipRule: 'user.userType -eq "Member"',
      membershipRuleProcessingState: 'On',
    });
    expect((await tenant.group(id)).values.groupType).toEqual([groupTypes.universalSecurity]);
    const since = tenant.mark();
    expect(await notWritten(await tenant.create('Assigned', 'security'), since)).toBe('NOT_ENABLED');
  });

  it('a role-assignable group is refused where the rule forbids it, and told as privileged', async () => {
    const since = tenant.mark();
    const id = await tenant.create('Forbidden Admins', 'security', { isAssignableToRole: true });
    expect(await notWritten(id, since)).toBe('ROLE_ASSIGNABLE_FORBIDDEN');
    expect(await tenant.violations(id)).toEqual(['PRIVILEGED_GROUP']);
  });

  it('a rule can demand role-assignable groups', async () => {
    const since = tenant.mark();
    expect(await notWritten(await tenant.create('Required no', 'security'), since)).toBe(
      'ROLE_ASSIGNABLE_REQUIRED',
    );
    const id = await tenant.written('Required yes', 'security', { isAssignableToRole: true });
    expect(await tenant.adGroup(id)).toBeDefined();
  });

  it.each([
    ['distribution list', false, 'DISTRIBUTION_LIST'],
    ['mail-enabled security group', true, 'MAIL_ENABLED_SECURITY_GROUP'],
  ])(
    'a %s of Exchange is never written; asking for it is told until nobody asks any more',
    async (what, securityEnabled, reason) => {
      const cloud = tenant.stack.parts.graph?.tenant;
      const on = { isEnabled: true, onPremisesGroupType: null };
      const since = tenant.mark();
      const id =
        cloud?.seed.group({
          displayName: `Exchange ${what}`,
          mailNickname: `exchange${securityEnabled}`,
          mailEnabled: true,
          securityEnabled,
          groupTypes: [],
          writebackConfiguration: on,
        }).id ?? '';
      cloud?.update(id, { description: 'Made by Exchange' });
      expect(await notWritten(id, since)).toBe(reason);
      await tenant.event((one) => one.event === 'violation.opened' && one.id === id, since);
      expect(await tenant.violations(id)).toEqual(['GROUP_KIND_UNSUPPORTED']);
      cloud?.update(id, { writebackConfiguration: { ...on, isEnabled: false } });
      await tenant.event((one) => one.event === 'violation.resolved' && one.id === id, since);
    },
  );

  it('a group with the name of a built-in AD group is refused always', async () => {
    const since = tenant.mark();
    const id = await tenant.create('Domain  Admins');
    expect(await notWritten(id, since)).toBe('NAME_RESERVED');
    expect(await tenant.violations(id)).toEqual(['NAME_FORBIDDEN']);
  });
});

describe('as what', () => {
  it.each([
    ['security', 'AsSecurity', groupTypes.universalSecurity],
    ['mail-enabled security', 'AsMail', groupTypes.universalSecurity],
    ['distribution', 'AsDistribution', groupTypes.universalDistribution],
    ['security with global scope', 'Global', groupTypes.globalSecurity],
    ['security with domain local scope', 'Local', groupTypes.domainLocalSecurity],
  ])('a Microsoft 365 group is written as %s by a rule', async (_what, name, groupType) => {
    const id = await tenant.written(`${name} Team`, 'microsoft365', {}, [tenant.synced[0]?.id ?? '']);
    const group = await tenant.group(id);
    expect(group.values.groupType).toEqual([groupType]);
    expect(group.values.member).toEqual([await tenant.dnOf(tenant.synced[0]?.onPremisesSecurityIdentifier)]);
  });

  it('a mail-enabled security group must be universal, so another scope is refused', async () => {
    const since = tenant.mark();
    expect(await notWritten(await tenant.create('MailLocal'), since)).toBe('SCOPE_REFUSED');
  });

  it.each([
    ['universal', 'global', 'AsSecurity', 'Global', groupTypes.globalSecurity],
    [
      'global',
      'domain local, which AD reaches through universal',
      'Global',
      'Local',
      groupTypes.domainLocalSecurity,
    ],
    ['security', 'distribution', 'AsSecurity', 'AsDistribution', groupTypes.universalDistribution],
  ])(
    'a %s group becomes %s in place when another rule matches',
    async (_from, _to, one, other, groupType) => {
      const id = await tenant.written(`${one} Convert`);
      const before = await tenant.group(id);
      await tenant.changed(
        id,
        () => tenant.patch(id, { displayName: `${other} Convert` }),
        (event) => String(event.operations).includes('move'),
      );
      const after = await tenant.group(id);
      expect(after.values.groupType).toEqual([groupType]);
      expect(after.bytes.objectSid).toEqual(before.bytes.objectSid);
    },
  );
});

describe('where', () => {
  it('a mapping chooses the OU, and a changed value moves the same object', async () => {
    const id = await tenant.written('Place Public', 'microsoft365', { visibility: 'Public' });
    const before = await tenant.group(id);
    expect(before.dn).toContain(',OU=Public,OU=EntraWriteback,');
    await tenant.changed(id, () => tenant.patch(id, { visibility: 'Private' }));
    const after = await tenant.group(id);
    expect(after.dn).toMatch(/^CN=Place Public_[0-9a-f]{12},OU=EntraWriteback,DC=/);
    expect(after.bytes.objectGUID).toEqual(before.bytes.objectGUID);
  });

  it('a template gives the OU; where it gives none, nothing is written and people are told', async () => {
    const id = await tenant.written('Template Office', 'microsoft365', { classification: 'Berlin' });
    expect((await tenant.group(id)).dn).toContain(',OU=Berlin,OU=EntraWriteback,');
    const since = tenant.mark();
    const without = await tenant.create('Template Nowhere');
    expect(await notWritten(without, since)).toBe('OU_UNRESOLVED');
    expect(await tenant.violations(without)).toEqual(['PLACE_FORBIDDEN']);
  });
});

describe('under which name', () => {
  it('an opaque name of the id', async () => {
    const id = await tenant.written('Opaque Secret');
    const group = await tenant.group(id);
    expect([group.values.cn, group.values.sAMAccountName]).toEqual([[`Group_${id}`], [`Group_${id}`]]);
  });

  it('a long name with characters that AD forbids is made legal: 64 characters of cn, 20 of sAMAccountName', async () => {
    const displayName = `Plain "R&D" <Team> \\ #1 = +; ${'very '.repeat(20)}long`;
    const id = await tenant.written(displayName);
    const { values } = await tenant.group(id);
    expect(values.cn?.[0]?.length).toBeLessThanOrEqual(64);
    expect(values.sAMAccountName?.[0]?.length).toBeLessThanOrEqual(20);
    expect(values.sAMAccountName?.[0]).not.toMatch(/["/\\[\]:;|=,+*?<>@]/);
    expect(values.displayName).toEqual([displayName]);
  });

  it('a name that another AD object has is refused and told, or gets the id appended, as the rule says', async () => {
    await tenant.inAd((client) =>
      client.add(`CN=Bare Taken,OU=EntraWriteback,${tenant.baseDn}`, {
        objectClass: 'group',
        sAMAccountName: 'Bare Taken',
      }),
    );
    await tenant.inAd((client) =>
      client.add(`CN=Shared Taken,OU=EntraWriteback,${tenant.baseDn}`, {
        objectClass: 'group',
        sAMAccountName: 'Shared Taken',
      }),
    );
    const since = tenant.mark();
    const refused = await tenant.create('Bare Taken');
    await tenant.settled(refused, since, (event) => event.result === 'refused');
    expect(await tenant.adGroup(refused)).toBeUndefined();
    expect(await tenant.violations(refused)).toEqual(['NAME_COLLISION']);
    const appended = await tenant.written('Shared Taken');
    expect((await tenant.group(appended)).values.cn).toEqual([`Shared Taken_${appended.slice(-12)}`]);
  });
});

describe('the tenant default', () => {
  const templateId = '62375ab9-6b52-47ed-826b-58e47e0e304b';

  it('is overruled by the policy, and honoured where the policy says so: groups of before go on', async () => {
    const values = [{ name: 'NewUnifiedGroupWritebackDefault', value: 'false' }];
    await tenant.graph('POST', '/v1.0/groupSettings', { templateId, values });
    const old = await tenant.written('Forced on');
    await tenant.rewrite({ ...policy, tenantDefault: 'honour' });
    const since = tenant.mark();
    expect(await notWritten(await tenant.create('Honoured'), since)).toBe('TENANT_DEFAULT_OFF');
    await tenant.changed(old, () => tenant.patch(old, { description: 'Still written' }));
    expect((await tenant.group(old)).values.description).toEqual(['Still written']);
  });
});
