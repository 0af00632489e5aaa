import { seedDevices } from './contoso/devices.ts';
import { type OnPremisesGroup, seedCloudGroups, seedSyncedGroups } from './contoso/groups.ts';
import {
  inventUsers,
  type OnPremisesUser,
  seedCloudUsers,
  seedGuests,
  seedSyncedUsers,
} from './contoso/people.ts';
import { guidOf } from './tenant/ids.ts';
import type { Tenant } from './tenant/tenant.ts';

export type ContosoOptions = {
  /** The users of the local domain controller, so that SIDs and GUIDs are real; 300 invented ones otherwise. */
  readonly users?: readonly OnPremisesUser[];
  /** Groups of the local domain controller; the last becomes the one whose authority moved to the cloud. */
  readonly groups?: readonly OnPremisesGroup[];
  /** How many devices; they belong to the first users. */
  readonly devices?: number;
  readonly seed?: string | number;
};

const lastSync = '2026-01-05T08:00:00Z';

const inventGroups = (users: readonly OnPremisesUser[]): readonly OnPremisesGroup[] => {
  const domainSid = (users[0]?.sid ?? 'S-1-5-21-1-2-3-1000').replace(/-\d+$/, '');
  const base = (users[0]?.dn ?? 'DC=corp,DC=contoso,DC=com').replace(/^.*?(?=DC=)/i, '');
  return ['Domain File Servers', 'Print Operators HQ', 'Legacy ERP'].map((displayName, index) => ({
    sid: `${domainSid}-${9001 + index}`,
    guid: guidOf('on-premises group', index),
    dn: `CN=${displayName},OU=Groups,${base}`,
    samAccountName: displayName.replaceAll(' ', ''),
    displayName,
  }));
};

/**
 * Fills a tenant with the sample organisation Contoso: synced, cloud-only and guest users, groups of every kind,
 * devices of every trust type. The same tenant seed and users give the same ids.
 */
export const seedContoso = (tenant: Tenant, options: ContosoOptions = {}) => {
  const onPremises = options.users ?? inventUsers(300);
  const synced = seedSyncedUsers(tenant, onPremises, lastSync);
  const cloud = seedCloudUsers(tenant);
  const guests = seedGuests(tenant);
  const people = { synced, cloud, guests };
  const [manager] = synced;
  if (manager) for (const user of synced.slice(1, 20)) tenant.seed.links('manager', user.id, [manager.id]);

  const groups = seedCloudGroups(tenant, people);
  const syncedGroups = seedSyncedGroups(tenant, options.groups ?? inventGroups(onPremises), people, lastSync);
  const devices = seedDevices(
    tenant,
    [...synced, ...cloud].slice(0, options.devices ?? 60),
    options.seed ?? 1,
  );
  const deviceGroup = tenant.seed.group(
    { displayName: 'Kiosk Devices', mailEnabled: false, mailNickname: 'kiosks', securityEnabled: true },
    { members: devices.slice(0, 5).map(({ id }) => id) },
  );
  const unit = tenant.seed.administrativeUnit(
    { displayName: 'Berlin Office' },
    { members: [groups.vpn.id, ...synced.slice(0, 10).map(({ id }) => id)] },
  );
  return { ...people, groups: { ...groups, deviceGroup }, syncedGroups, devices, unit };
};

export type Contoso = ReturnType<typeof seedContoso>;
