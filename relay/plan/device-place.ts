import type { DesiredObject, Dn } from '../../shared/domain/index.ts';
import { absoluteDn, isBelow, keyOfDn } from './dn.ts';
import type { DirectoryFacts } from './observed.ts';
import type { Task } from './task.ts';

/** A device registration service, wherever it stands in the configuration partition. */
export type DeviceService = { readonly dn: Dn; readonly location: Dn | undefined; readonly enabled: boolean };

/** What AD says of the place of a device. */
export type DeviceRegistration = {
  /** Of the forest, where it decides over the place; none where the policy does. */
  readonly services: readonly DeviceService[];
  /** Where the device would go; undefined where the services contradict each other, or name no container. */
  readonly container: Dn | undefined;
  /** Classes of what stands there; undefined: nothing that the account may see. */
  readonly containerClass: readonly string[] | undefined;
};

/** Where a device goes, and what is to be said of it. Without a container it cannot be created. */
export type DevicePlace =
  | { readonly container: Dn; readonly complaint?: string }
  | { readonly container: undefined; readonly complaint: string };

/** The name that everybody gives to the container for devices; in a policy it stands for whichever the forest has. */
const usualContainer = 'CN=RegisteredDevices';

/** The container that a policy insists on; undefined: the forest decides. */
export const insistedOn = (container: string, baseDn: Dn): Dn | undefined =>
  container.toLowerCase() === usualContainer.toLowerCase() ? undefined : absoluteDn(container, baseDn);

/**
 * The container that the device registration services of the forest name, because AD FS looks there (MS-DVRE §2.3).
 * Without a service the usual one; undefined where they name several, or none.
 */
export function containerOf(services: readonly DeviceService[], baseDn: Dn): Dn | undefined {
  if (services.length === 0) return absoluteDn(usualContainer, baseDn);
  const named = new Map(services.map(({ location }) => [location && keyOfDn(location), location]));
  const [container] = named.values();
  return named.size === 1 ? container : undefined;
}

/** Judges what AD says: a forest has exactly one device registration service, and it names a container for devices. */
export function devicePlace(
  { services, container, containerClass }: DeviceRegistration,
  decides: 'forest' | 'policy',
  { baseDn, schemaVersion, hasAttribute }: Pick<DirectoryFacts, 'baseDn' | 'schemaVersion' | 'hasAttribute'>,
): DevicePlace {
  const nowhere = (complaint: string): DevicePlace => ({ container: undefined, complaint });
  if (!hasAttribute('msDS-DeviceID'))
    return nowhere(
      `Devices need the schema of Windows Server 2012 R2 (objectVersion 69); this forest has ${schemaVersion}.`,
    );
  const names = services
    .map(({ dn }) => dn)
    .toSorted()
    .join(' and ');
  const several = `The forest has ${services.length} device registration services, and may have one: ${names}.`;
  if (container === undefined)
    return nowhere(services.length > 1 ? several : `${names} names no container (msDS-DeviceLocation).`);
  const subject = services.length > 0 ? `${container}, which msDS-DeviceLocation names,` : container;
  const objection = objectionTo(container, containerClass, baseDn);
  if (objection !== undefined) return nowhere(`${subject} ${objection}.`);
  if (services.length > 1) return { container, complaint: several };
  if (services.length === 1 || decides === 'policy') return { container };
  const complaint = `The forest has no device registration service, or the account of the relay may not read it: AD FS uses no device. Devices go into ${container}.`;
  return { container, complaint };
}

/** Why nothing can be created there, or undefined. */
function objectionTo(
  container: Dn,
  classes: DeviceRegistration['containerClass'],
  baseDn: Dn,
): string | undefined {
  if (isBelow(container, `CN=Deleted Objects,${baseDn}`)) return 'was deleted';
  if (!isBelow(container, baseDn)) return `is not in the domain of this relay, ${baseDn}`;
  if (classes === undefined) return 'is not there, or the account of the relay may not see it';
  if (classes.some((name) => name.toLowerCase() === 'msds-devicecontainer')) return undefined;
  return `is of class ${classes.at(-1) ?? 'unknown'} and not msDS-DeviceContainer, and AD takes no device there`;
}

/** The same task with the device in its place. */
export function withDevicePlace(task: Task, place: DevicePlace | undefined): Task {
  if (task.do !== 'write' || place?.container === undefined) return task;
  const desired: DesiredObject = { ...task.desired, container: place.container };
  return { ...task, desired };
}
