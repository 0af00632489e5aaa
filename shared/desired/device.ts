import { type DesiredDevice, type DeviceSnapshot, markerOf, type Sid } from '../domain/index.ts';
import type { DeviceSettings } from '../policy/settings/device.ts';
import { attribute, canonicalAttributes, plainText } from './attributes.ts';
import { guidBytes, octets, sidBytes } from './binary.ts';
import { deviceKeysOf } from './device-keys.ts';

/** msDS-DeviceObjectVersion where Graph gives none: what device registration writes (MS-DVRJ). */
const objectVersion = 2;

const boolean = (value: boolean | null): string | null => (value === null ? null : value ? 'TRUE' : 'FALSE');

/**
 * The msDS-Device object of a device that is to be written, canonical: the attributes that Entra
 * Connect's device writeback writes, with the syntaxes of MS-ADA2. The relay adds the marker. Left out
 * are msDS-KeyCredentialLink, which Graph does not give, and the last sign-in, which would change AD
 * every few hours.
 */
export function desiredDevice(device: DeviceSnapshot, settings: DeviceSettings): DesiredDevice {
  const { properties, id } = device;
  const { deviceId } = properties;
  const sids = (people: DeviceSnapshot['properties']['registeredOwners']): readonly Sid[] =>
    (people ?? []).flatMap(({ sid }) => sid ?? []);
  const [owner] = sids(properties.registeredOwners);
  return {
    kind: 'device',
    id,
    container: settings.container,
    commonName: deviceId,
    attributes: canonicalAttributes([
      attribute('msDS-CloudAnchor', [octets(Buffer.from(markerOf(device), 'utf8'))]),
      attribute('altSecurityIdentities', deviceKeysOf(properties)),
      attribute('displayName', [plainText(properties.displayName, 256) ?? deviceId]),
      attribute('msDS-DeviceID', [octets(guidBytes(deviceId))]),
      attribute('msDS-IsEnabled', [boolean(properties.accountEnabled ?? true)]),
      attribute('msDS-DeviceObjectVersion', [String(properties.deviceVersion ?? objectVersion)]),
      attribute('msDS-DeviceOSType', [plainText(properties.operatingSystem, 1024)]),
      attribute('msDS-DeviceOSVersion', [plainText(properties.operatingSystemVersion, 512)]),
      attribute(
        'msDS-DevicePhysicalIDs',
        properties.physicalIds.map((text) => plainText(text, 1024)),
      ),
      attribute('msDS-IsManaged', [boolean(properties.isManaged)]),
      attribute('msDS-CloudIsManaged', [boolean(properties.isManaged)]),
      attribute('msDS-IsCompliant', [boolean(properties.isCompliant)], 'schemaHasIt'),
      attribute('msDS-RegisteredOwner', owner ? [octets(sidBytes(owner))] : []),
      attribute(
        'msDS-RegisteredUsers',
        sids(properties.registeredUsers).map((sid) => octets(sidBytes(sid))),
      ),
    ]),
    drift: settings.drift,
    deviceId,
  };
}
