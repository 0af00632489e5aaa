import type { Dn } from '../../shared/domain/index.ts';
import type { DeviceService } from '../plan/device-place.ts';
import { isBelow, parentOf, sameDn } from '../plan/dn.ts';
import type { PrepareFacts } from './facts.ts';
import { deletedObjects, devicePlaces, deviceSchemaVersion } from './places.ts';
import { fullDn } from './plan-containers.ts';
import { PrepareError } from './prepare-error.ts';
import type { CreateStep } from './steps.ts';
import type { PrepareWish } from './wish.ts';

/** What must be there before a device can be written, and where devices go. */
export type DeviceObjects = { readonly container: Dn; readonly steps: readonly CreateStep[] };

/**
 * The container for devices and the device registration service that points at it. What is there is used as it is: a
 * service that names another container decides, because AD FS looks where it points.
 *
 * @throws PrepareError where the schema is too old, or what is there contradicts itself
 */
export function planDeviceObjects(wish: PrepareWish, facts: PrepareFacts): DeviceObjects {
  refuseOldSchema(facts);
  const [service, another] = facts.deviceServices;
  if (service !== undefined && another !== undefined) throw severalServices(facts.deviceServices);
  const container = service === undefined ? wished(wish, facts) : locationOf(service, facts);
  const { configuration, services, service: serviceDn } = devicePlaces(facts.forest.configurationDn);
  const steps = [
    ...unlessThere(facts, container, 'msDS-DeviceContainer'),
    ...(service === undefined
      ? [
          ...unlessThere(facts, configuration, 'container'),
          ...unlessThere(facts, services, 'msDS-DeviceRegistrationServiceContainer'),
          ...unlessThere(facts, serviceDn, 'msDS-DeviceRegistrationService', serviceAttributes(container)),
        ]
      : []),
  ];
  return { container, steps };
}

/**
 * msDS-DeviceLocation is systemOnly: it can be set when the object is created and never later. No inactivity period:
 * AD FS would remove devices that it has not seen for so long, and what becomes of them is decided in the cloud.
 */
const serviceAttributes = (location: Dn): CreateStep['attributes'] => ({
  'msDS-DeviceLocation': location,
  'msDS-IsEnabled': 'TRUE',
  'msDS-MaximumRegistrationInactivityPeriod': '0',
});

/** AD takes an msDS-DeviceContainer directly below the head of a domain and nowhere else (possSuperiors, MS-ADSC §2.137). */
function wished(wish: PrepareWish, { forest }: PrepareFacts): Dn {
  const container = fullDn(wish.containers[0], forest.baseDn);
  const parent = parentOf(container);
  if (parent !== undefined && sameDn(parent, forest.baseDn) && /^cn=/i.test(container)) return container;
  throw new PrepareError(
    'CANNOT_CREATE',
    `${container} cannot hold devices: AD takes their container (msDS-DeviceContainer) only as CN=… directly below the domain.`,
    `Use CN=RegisteredDevices,${forest.baseDn}.`,
  );
}

function unlessThere(
  facts: PrepareFacts,
  dn: Dn,
  objectClass: string,
  attributes: CreateStep['attributes'] = {},
): readonly CreateStep[] {
  const there = facts.at(dn);
  if (there === undefined) return [{ do: 'create', dn, objectClass, attributes }];
  if (there.objectClass.some((name) => name.toLowerCase() === objectClass.toLowerCase())) return [];
  throw new PrepareError(
    'NOT_A_CONTAINER',
    `${dn} is there, but is of class ${there.objectClass.at(-1) ?? 'unknown'} and not ${objectClass}.`,
    'Look who made it; rename or remove it, then prepare again.',
  );
}

function refuseOldSchema({ forest, ids }: PrepareFacts): void {
  if (ids.classOf('msDS-Device') !== undefined) return;
  throw new PrepareError(
    'SCHEMA_TOO_OLD',
    `Devices need the schema of Windows Server 2012 R2 (objectVersion ${deviceSchemaVersion}); this forest has ${forest.schemaVersion}.`,
    'Raise the schema with adprep /forestprep from a newer Windows Server.',
  );
}

const severalServices = (services: readonly DeviceService[]): PrepareError =>
  new PrepareError(
    'SEVERAL_DEVICE_SERVICES',
    `There are ${services.length} device registration services, and a forest may have one: ${services.map(({ dn }) => dn).join(' and ')}.`,
    'Find out which one AD FS uses (Get-AdfsDeviceRegistration) and remove the others.',
  );

function locationOf({ dn, location }: DeviceService, { forest }: PrepareFacts): Dn {
  const remedy = `Remove that object (Remove-ADObject "${dn}"), then prepare again.`;
  if (location === undefined) {
    const happened = `${dn} has no msDS-DeviceLocation, which can be set only when the object is created.`;
    throw new PrepareError('DEVICE_SERVICE_INCOMPLETE', happened, remedy);
  }
  if (isBelow(location, deletedObjects(forest.baseDn))) {
    const happened = `${dn} points at a container that was deleted (${location}), and follows it wherever it goes.`;
    throw new PrepareError(
      'DEVICE_SERVICE_INCOMPLETE',
      happened,
      `Bring the container back (Restore-ADObject). Or: ${remedy}`,
    );
  }
  return location;
}
