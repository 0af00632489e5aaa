import type { DesiredObject, Dn } from '../../shared/domain/index.ts';
import { absoluteDn, childOf, parseDn, sameDn } from './dn.ts';
import type { Observation, ObservedObject } from './observed.ts';

/** Where a desired object should stand. */
export const desiredDn = (desired: DesiredObject, baseDn: string): Dn =>
  childOf('CN', desired.commonName, absoluteDn(desired.container, baseDn));

/**
 * The original of an object whose source of authority moved to the cloud keeps its OU, its name and
 * its sAMAccountName: applications know it by them.
 */
export const keepsPlace = (desired: DesiredObject): boolean =>
  desired.kind !== 'device' && desired.continues !== undefined;

/** Does the object stand there already, letter by letter? Another case is another name to people. */
export const standsAt = (object: ObservedObject, dn: Dn): boolean =>
  sameDn(object.dn, dn) && parseDn(object.dn)?.[0]?.value === parseDn(dn)?.[0]?.value;

/** Objects that have the names which this one should get. */
export type Collisions = {
  readonly dn: ObservedObject | undefined;
  readonly samAccountName: ObservedObject | undefined;
};

/** Who stands in the way, if it is not the object itself. */
export function collisionsOf(
  observation: Observation,
  self: { readonly guid: string } | undefined,
): Collisions {
  const other = (found: ObservedObject | undefined): ObservedObject | undefined =>
    found && found.guid !== self?.guid ? found : undefined;
  return { dn: other(observation.atTarget), samAccountName: other(observation.nameHolder) };
}
