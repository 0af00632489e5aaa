import type { DesiredObject, Dn } from '../../shared/domain/index.ts';
import { absoluteDn, childOf, parseDn, sameDn } from './dn.ts';
import type { ObservedObject } from './observed.ts';
import type { PlanInput } from './planned.ts';
import { samHolderAmong } from './taken.ts';
import { textOf } from './values.ts';

/** Where a desired object should stand, under the name that it should have or another one. */
export const desiredDn = (
  desired: DesiredObject,
  baseDn: string,
  commonName: string = desired.commonName,
): Dn => childOf('CN', commonName, absoluteDn(desired.container, baseDn));

/**
 * The original of an object whose source of authority moved to the cloud keeps its OU, its name and
 * its sAMAccountName: applications know it by them. A device stays while something is wrong with what
 * AD says of its place: a service that the account may not read looks like none.
 */
export const keepsPlace = (
  desired: DesiredObject,
  { devicePlace }: Pick<PlanInput, 'devicePlace'>,
): boolean =>
  desired.kind === 'device' ? devicePlace?.complaint !== undefined : desired.continues !== undefined;

/** Does the object stand there already, letter by letter? Another case is another name to people. */
export const standsAt = (object: ObservedObject, dn: Dn): boolean =>
  sameDn(object.dn, dn) && nameIn(object.dn) === nameIn(dn);

/** Objects that have the names which this one should get. */
export type Collisions = {
  readonly dn: ObservedObject | undefined;
  readonly samAccountName: ObservedObject | undefined;
};

/** Who stands in the way, if it is not the object itself. */
export function collisionsOf(
  { observation, task, taken = [], facts }: Pick<PlanInput, 'observation' | 'task' | 'taken' | 'facts'>,
  self: { readonly guid: string } | undefined,
): Collisions {
  const elsewhere = task.do === 'write' ? samHolderAmong(task.desired, taken, self, facts) : undefined;
  const other = (found: ObservedObject | undefined): ObservedObject | undefined =>
    found && found.guid !== self?.guid ? found : undefined;
  return { dn: other(observation.atTarget), samAccountName: other(observation.nameHolder) ?? elsewhere };
}

/** The names that a desired object gets; undefined where another object has the wanted one and no other is given. */
export type ChosenNames = {
  readonly commonName: string | undefined;
  /** Undefined for devices too, which have none. */
  readonly samAccountName: string | undefined;
};

/**
 * The wanted names where they are free, else those to fall back on. An object that fell back on one keeps
 * it: people and applications know it by that name, and somebody else's leaving is no reason to rename it.
 */
export function chooseNames(
  desired: DesiredObject,
  taken: Collisions,
  object: ObservedObject | undefined,
): ChosenNames {
  if (desired.kind === 'device')
    return { commonName: taken.dn ? undefined : desired.commonName, samAccountName: undefined };
  const { fallback, commonName, samAccountName } = desired;
  const choose = (wanted: string, other: string | undefined, isTaken: boolean, held: string | undefined) =>
    isTaken || (held !== undefined && held === other) ? other : wanted;
  const heldName = object && nameIn(object.dn);
  const heldSam = textOf(object, 'sAMAccountName');
  return {
    commonName: choose(commonName, fallback?.commonName, taken.dn !== undefined, heldName),
    samAccountName: choose(
      samAccountName,
      fallback?.samAccountName,
      taken.samAccountName !== undefined,
      heldSam,
    ),
  };
}

/** Where an object stands in quarantine: under its name, or another one where that is taken. */
export const quarantineDn = (name: string, quarantine: string, baseDn: string): Dn =>
  childOf('CN', name, absoluteDn(quarantine, baseDn));

/** What an object is called in its container, or undefined where its DN cannot be taken apart. */
export const nameIn = (dn: string): string | undefined => parseDn(dn)?.[0]?.value;
