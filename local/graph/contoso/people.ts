import { guidOf, immutableIdOf } from '../tenant/ids.ts';
import type { DirectoryObject } from '../tenant/objects.ts';
import type { Tenant } from '../tenant/tenant.ts';

/** A user of the on-premises directory, with the identifiers that its domain controller gave it. */
export type OnPremisesUser = {
  readonly sid: string;
  readonly guid: string;
  readonly dn: string;
  readonly samAccountName: string;
  readonly upn: string;
  readonly displayName: string;
};

export const departments = ['Finance', 'Engineering', 'Sales', 'Legal', 'Operations', 'Research'] as const;

const departmentOf = (index: number): string => departments[index % departments.length] ?? departments[0];

/** `DC=corp,DC=contoso,DC=com` → `corp.contoso.com`. */
export const domainOf = (dn: string): string =>
  dn
    .split(',')
    .filter((part) => /^DC=/i.test(part))
    .map((part) => part.slice(3))
    .join('.')
    .toLowerCase();

export const seedSyncedUsers = (
  tenant: Tenant,
  users: readonly OnPremisesUser[],
  lastSync: string,
): readonly DirectoryObject[] =>
  users.map(({ sid, guid, dn, samAccountName, upn, displayName }, index) =>
    tenant.seed.user({
      accountEnabled: true,
      department: departmentOf(index),
      displayName,
      mail: upn,
      mailNickname: samAccountName,
      onPremisesDistinguishedName: dn,
      onPremisesDomainName: domainOf(dn),
      onPremisesImmutableId: immutableIdOf(guid),
      onPremisesLastSyncDateTime: lastSync,
      onPremisesSamAccountName: samAccountName,
      onPremisesSecurityIdentifier: sid,
      onPremisesSyncEnabled: true,
      onPremisesUserPrincipalName: upn,
      userPrincipalName: upn,
      userType: 'Member',
    }),
  );

const cloudNames = [
  'Zoë Müller',
  'Łukasz Żółkiewski',
  '山田 太郎',
  'Ольга Петрова',
  'محمد الأحمد',
  'Søren Ægidius Ørsted',
  'Ángel Núñez Peña',
  'Đặng Thị Hương',
  '김서연',
  'Καλλιόπη Παπαδοπούλου',
  "Siobhán O'Connor",
  'José "Pepe" García, Jr.',
  'Иван Кузнецов',
  '李小龍',
  'Éloïse d’Artagnan',
  'Björk Guðmundsdóttir',
  'Jiří Dvořák',
  'Ayşe Yılmaz',
  'Noël + Léa = Duo',
  'Emoji 🚀 Tester',
] as const;

export const seedCloudUsers = (tenant: Tenant): readonly DirectoryObject[] =>
  cloudNames.map((displayName, index) => {
    const name = `cloud.user${String(index + 1).padStart(2, '0')}`;
    return tenant.seed.user({
      accountEnabled: index !== 7,
      department: departmentOf(index),
      displayName,
      mail: `${name}@contoso.com`,
      mailNickname: name,
      userPrincipalName: `${name}@contoso.com`,
      userType: 'Member',
    });
  });

const partners = ['fabrikam.com', 'adatum.com', 'northwind.example'] as const;

export const seedGuests = (tenant: Tenant): readonly DirectoryObject[] =>
  Array.from({ length: 9 }, (_, index) => {
    const domain = partners[index % partners.length] ?? partners[0];
    const mail = `guest${index + 1}@${domain}`;
    return tenant.seed.user({
      accountEnabled: true,
      creationType: 'Invitation',
      displayName: `Guest ${index + 1} (${domain})`,
      externalUserState: index === 8 ? 'PendingAcceptance' : 'Accepted',
      mail,
      mailNickname: `${mail.replace('@', '_')}#EXT#`,
      otherMails: [mail],
      userPrincipalName: `${mail.replace('@', '_')}#EXT#@contoso.onmicrosoft.com`,
      userType: 'Guest',
    });
  });

/** A stand-in for the on-premises directory, when no real one was read: deterministic users of one domain. */
export const inventUsers = (
  count: number,
  domainSid = 'S-1-5-21-1004336348-1177238915-682003330',
): readonly OnPremisesUser[] =>
  Array.from({ length: count }, (_, index) => {
    const samAccountName = `user${String(index + 1).padStart(3, '0')}`;
    return {
      sid: `${domainSid}-${1104 + index}`,
      guid: guidOf('on-premises user', index),
      dn: `CN=${samAccountName},OU=Staff,DC=corp,DC=contoso,DC=com`,
      samAccountName,
      upn: `${samAccountName}@contoso.com`,
      displayName: `Staff Member ${index + 1}`,
    };
  });
