import type { Client } from 'ldapts';

/**
 * Makes the container for devices and the service that points at it, with the names, quota and period of inactivity of
 * Microsoft's own preparation (MS-DVRE 2.3). Needs an enterprise administrator.
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
  await client.add(`CN=DeviceRegistrationService,${services}`, {
    objectClass: 'msDS-DeviceRegistrationService',
    // System-only: it can be set in the add and never later.
    'msDS-DeviceLocation': container,
    'msDS-IsEnabled': 'TRUE',
    'msDS-RegistrationQuota': '10',
    'msDS-MaximumRegistrationInactivityPeriod': '90',
  });
}
