import type { Client } from 'ldapts';

/** Name of the one device registration service; any GUID does. */
const serviceName = '6b1c0d52-3f0e-4a57-9d55-0a4c1f2e7b90';

/**
 * Makes the container for devices and the service that points at it, as Microsoft's preparation of a forest for device
 * writeback leaves them (MS-DVRE 2.3). Needs an enterprise administrator.
 */
export async function addDeviceRegistration(
  client: Client,
  baseDn: string,
  container: string,
): Promise<void> {
  const configuration = `CN=Device Registration Configuration,CN=Services,CN=Configuration,${baseDn}`;
  const services = `CN=Device Registration Services,${configuration}`;
  await client.add(container, { objectClass: 'msDS-DeviceContainer' });
  await client.add(configuration, { objectClass: 'container' });
  await client.add(services, { objectClass: 'msDS-DeviceRegistrationServiceContainer' });
  await client.add(`CN=${serviceName},${services}`, {
    objectClass: 'msDS-DeviceRegistrationService',
    // System-only: it can be set in the add and never later.
    'msDS-DeviceLocation': container,
    'msDS-IsEnabled': 'TRUE',
    'msDS-RegistrationQuota': '10',
    'msDS-MaximumRegistrationInactivityPeriod': '90',
  });
}
