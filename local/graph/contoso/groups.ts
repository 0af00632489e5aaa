import type { DirectoryObject, Properties } from '../tenant/objects.ts';
import type { Tenant } from '../tenant/tenant.ts';
import { domainOf } from './people.ts';

/** A group of the on-premises directory. */
export type OnPremisesGroup = {
  readonly sid: string;
  readonly guid: string;
  readonly dn: string;
  readonly samAccountName: string;
  readonly displayName: string;
};

export type People = {
  readonly synced: readonly DirectoryObject[];
  readonly cloud: readonly DirectoryObject[];
  readonly guests: readonly DirectoryObject[];
};

const ids = (objects: readonly DirectoryObject[]): readonly string[] => objects.map(({ id }) => id);

export const securityGroup = (
  displayName: string,
  mailNickname: string,
  more: Properties = {},
): Properties => ({
  displayName,
  mailEnabled: false,
  mailNickname,
  securityEnabled: true,
  ...more,
});

export const unifiedGroup = (
  displayName: string,
  mailNickname: string,
  more: Properties = {},
): Properties => ({
  displayName,
  groupTypes: ['Unified'],
  mail: `${mailNickname}@contoso.com`,
  mailEnabled: true,
  mailNickname,
  proxyAddresses: [`SMTP:${mailNickname}@contoso.com`],
  securityEnabled: false,
  visibility: 'Private',
  ...more,
});

const exchangeGroup = (displayName: string, mailNickname: string, securityEnabled: boolean): Properties => ({
  displayName,
  mail: `${mailNickname}@contoso.com`,
  mailEnabled: true,
  mailNickname,
  proxyAddresses: [`SMTP:${mailNickname}@contoso.com`],
  securityEnabled,
});

const dynamic = (groupTypes: readonly string[], membershipRule: string): Properties => ({
  groupTypes: [...groupTypes, 'DynamicMembership'],
  membershipRule,
  membershipRuleProcessingState: 'On',
});

const inDepartment = (people: readonly DirectoryObject[], department: string) =>
  people.filter(({ properties }) => properties.department === department);

/** Groups of the cloud, one or more of every kind that Graph knows. */
export const seedCloudGroups = ({ seed }: Tenant, { synced, cloud, guests }: People) => {
  const owner = { owners: ids(synced.slice(0, 2)) };
  const finance = inDepartment(synced, 'Finance');
  const engineering = [...inDepartment(synced, 'Engineering'), ...inDepartment(cloud, 'Engineering')];

  const financeUsers = seed.group(securityGroup('Finance Users', 'finance-users'), {
    ...owner,
    members: ids(finance),
  });
  const vpn = seed.group(securityGroup('VPN Access', 'vpn-access', { description: 'May use the VPN' }), {
    ...owner,
    members: ids([...synced.slice(0, 40), ...cloud.slice(0, 5)]),
  });
  const pim = seed.group(
    securityGroup('PIM – Server Administrators', 'pim-server-admins', { isAssignableToRole: true }),
    {
      members: ids(synced.slice(0, 2)),
    },
  );
  const nested = seed.group(securityGroup('All Applications', 'all-applications'), {
    members: [financeUsers.id, vpn.id, ...ids(synced.slice(3, 6))],
  });
  return {
    financeUsers,
    vpn,
    pim,
    nested,
    unicode: seed.group(
      securityGroup('Бухгалтерия – Überprüfung 監査', 'unicode-audit', { description: 'Ünïcödé 🚀' }),
      {
        members: ids(cloud.slice(0, 6)),
      },
    ),
    awkward: seed.group(securityGroup('R&D, "Core" <Team> \\ #1 = +;', 'rnd-core'), {
      members: ids(synced.slice(6, 9)),
    }),
    empty: seed.group(securityGroup('Empty Security Group', 'empty')),
    large: seed.group(securityGroup('Everybody On-Premises', 'everybody'), { members: ids(synced) }),
    dynamicSecurity: seed.group(
      securityGroup(
        'Engineering (dynamic)',
        'engineering-dynamic',
        dynamic([], 'user.department -eq "Engineering"'),
      ),
      { members: ids(engineering) },
    ),
    team: seed.group(
      unifiedGroup('Project Nordlicht', 'nordlicht', { resourceProvisioningOptions: ['Team'] }),
      {
        ...owner,
        members: ids([...synced.slice(10, 30), ...cloud.slice(0, 4), ...guests.slice(0, 3)]),
      },
    ),
    unifiedDisabled: seed.group(
      unifiedGroup('Café Committee', 'cafe', {
        writebackConfiguration: { isEnabled: false, onPremisesGroupType: 'universalDistributionGroup' },
      }),
      { ...owner, members: ids(synced.slice(30, 36)) },
    ),
    unifiedSecurity: seed.group(
      unifiedGroup('Board', 'board', {
        securityEnabled: true,
        writebackConfiguration: { isEnabled: true, onPremisesGroupType: 'universalMailEnabledSecurityGroup' },
      }),
      { ...owner, members: ids(synced.slice(1, 6)) },
    ),
    dynamicUnified: seed.group(
      unifiedGroup('All Employees', 'all-employees', dynamic(['Unified'], 'user.userType -eq "Member"')),
      { members: ids([...synced, ...cloud]) },
    ),
    hidden: seed.group(unifiedGroup('Works Council', 'works-council', { visibility: 'HiddenMembership' }), {
      members: ids(synced.slice(40, 45)),
    }),
    mailSecurity: seed.group(exchangeGroup('Mail-enabled Security', 'mail-security', true), {
      members: ids(synced.slice(2, 8)),
    }),
    distribution: seed.group(exchangeGroup('Newsletter', 'newsletter', false), {
      members: ids(synced.slice(8, 20)),
    }),
  };
};

const synchronised = (
  { sid, dn, samAccountName, displayName }: OnPremisesGroup,
  lastSync: string,
): Properties => ({
  ...securityGroup(displayName, samAccountName),
  onPremisesDomainName: domainOf(dn),
  onPremisesLastSyncDateTime: lastSync,
  onPremisesNetBiosName: domainOf(dn).split('.')[0]?.toUpperCase() ?? '',
  onPremisesSamAccountName: samAccountName,
  onPremisesSecurityIdentifier: sid,
});

/** Groups that came from on-premises; the last one has been handed over to the cloud since. */
export const seedSyncedGroups = (
  { seed }: Tenant,
  groups: readonly OnPremisesGroup[],
  { synced }: People,
  lastSync: string,
) =>
  groups.map((group, index) => {
    const isConverted = index === groups.length - 1 && index > 0;
    const authority: Properties = isConverted ? { isCloudManaged: true } : { onPremisesSyncEnabled: true };
    return seed.group(
      { ...synchronised(group, lastSync), ...authority },
      { members: ids(synced.slice(index * 5, index * 5 + 10)) },
    );
  });
