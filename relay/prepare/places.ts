import { Dn } from '../../shared/domain/index.ts';

/** Where AD FS and Entra Connect look for the device registration service (MS-DVRE §2.3, Entra Connect's device writeback). */
export function devicePlaces(configurationDn: Dn) {
  const configuration = Dn.parse(`CN=Device Registration Configuration,CN=Services,${configurationDn}`);
  const services = Dn.parse(`CN=Device Registration Services,${configuration}`);
  return { configuration, services, service: Dn.parse(`CN=DeviceRegistrationService,${services}`) };
}

/** Without its well-known GUID, because its name is the same in every language. */
export const deletedObjects = (baseDn: Dn): Dn => Dn.parse(`CN=Deleted Objects,${baseDn}`);

/** objectVersion of the schema that brought msDS-Device: Windows Server 2012 R2. */
export const deviceSchemaVersion = 69;
