import { deviceKind, deviceKinds } from '../../classify/index.ts';
import type { DeviceSnapshot } from '../../domain/index.ts';
import { type AttributeTable, type Read, readerOf, spaceOf } from './table.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Whole days between the last sign-in and the time of the read; null where Graph knows none. */
export function daysSinceSignIn(device: DeviceSnapshot): number | null {
  const last = Date.parse(device.properties.approximateLastSignInDateTime ?? '');
  if (Number.isNaN(last)) return null;
  return Math.max(0, Math.floor((Date.parse(device.readAt) - last) / dayMs));
}

/** What a policy can read of a device. */
export const deviceAttributes: AttributeTable<DeviceSnapshot> = {
  id: { type: 'text', about: 'Object id in Entra.', read: (device) => device.id },
  deviceId: { type: 'text', about: 'Device id.', read: ({ properties }) => properties.deviceId },
  displayName: {
    type: 'text',
    about: 'Name of the device.',
    read: ({ properties }) => properties.displayName,
  },
  kind: {
    type: 'text',
    values: deviceKinds,
    about: 'registered (a person’s own device), joined, or hybrid, which never reaches the rules.',
    read: ({ properties }) => deviceKind(properties.trustType),
  },
  trustType: {
    type: 'text',
    values: ['Workplace', 'AzureAd', 'ServerAd'],
    about: 'The same as Graph spells it.',
    read: ({ properties }) => properties.trustType,
  },
  profileType: {
    type: 'text',
    about: 'RegisteredDevice, SecureVM, Printer, Shared or IoT.',
    read: ({ properties }) => properties.profileType,
  },
  ownership: {
    type: 'text',
    about: 'Company or Personal, where a device management says so.',
    read: ({ properties }) => properties.deviceOwnership,
  },
  operatingSystem: {
    type: 'text',
    about: 'Operating system, such as Windows or iOS.',
    read: ({ properties }) => properties.operatingSystem,
  },
  operatingSystemVersion: {
    type: 'text',
    about: 'Version of the operating system.',
    read: ({ properties }) => properties.operatingSystemVersion,
  },
  enabled: {
    type: 'boolean',
    about: 'Whether the device may sign in.',
    read: ({ properties }) => properties.accountEnabled,
  },
  managed: {
    type: 'boolean',
    about: 'Whether a device management manages it.',
    read: ({ properties }) => properties.isManaged,
  },
  compliant: {
    type: 'boolean',
    about: 'Whether device management calls it compliant.',
    read: ({ properties }) => properties.isCompliant,
  },
  managementType: {
    type: 'text',
    about: 'Kind of device management, such as MDM.',
    read: ({ properties }) => properties.managementType,
  },
  daysSinceSignIn: {
    type: 'number',
    about: 'Whole days since the last sign-in.',
    read: daysSinceSignIn,
  },
  owners: {
    type: 'list',
    about: 'Object ids of the registered owners. Read only when devices are written.',
    read: ({ properties }) => properties.registeredOwners?.map(({ id }) => id) ?? null,
  },
};

export const deviceSpace = spaceOf(deviceAttributes);

/** Devices have no extension attributes that we read. */
export const readDevice = (device: DeviceSnapshot): Read => readerOf(deviceAttributes, device, {});
