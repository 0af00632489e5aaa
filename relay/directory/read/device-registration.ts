import { Dn } from '../../../shared/domain/index.ts';
import { containerOf, type DeviceRegistration, type DeviceService } from '../../plan/device-place.ts';
import { isBelow } from '../../plan/dn.ts';
import type { DirectoryFacts } from '../../plan/observed.ts';
import { textOf, textsOf } from '../connection/entry.ts';
import { equals } from './filters.ts';
import { findAll, findAt, type Reader } from './find.ts';

/** Every device registration service of the forest. Before Windows Server 2012 R2 there is no such class. */
export async function readDeviceServices(
  reader: Reader,
  configurationDn: Dn,
): Promise<readonly DeviceService[]> {
  const isService = equals('objectClass', 'msDS-DeviceRegistrationService');
  const attributes = ['msDS-DeviceLocation', 'msDS-IsEnabled'];
  const entries = await findAll(reader, configurationDn, isService, attributes);
  return entries.map((entry) => {
    const location = Dn.safeParse(textOf(entry, 'msDS-DeviceLocation'));
    return {
      dn: Dn.parse(entry.dn),
      location: location.success ? location.data : undefined,
      enabled: textOf(entry, 'msDS-IsEnabled') === 'TRUE',
    };
  });
}

/**
 * Where a device goes: into the container that the policy insists on, else where the forest says. Read for each device, since
 * nothing tells when somebody changes it.
 */
export async function readDeviceRegistration(
  reader: Reader,
  { baseDn, configurationDn }: Pick<DirectoryFacts, 'baseDn' | 'configurationDn'>,
  insisted: Dn | undefined,
): Promise<DeviceRegistration> {
  const services = insisted === undefined ? await readDeviceServices(reader, configurationDn) : [];
  const container = insisted ?? containerOf(services, baseDn);
  const isHere = container !== undefined && isBelow(container, baseDn);
  const entry = isHere ? await findAt(reader, container, ['objectClass']) : undefined;
  return { services, container, containerClass: entry && textsOf(entry, 'objectClass') };
}
