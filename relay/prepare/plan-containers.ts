import type { Dn } from '../../shared/domain/index.ts';
import { absoluteDn, formatDn, isBelow, keyOfDn, parentOf, parseDn, sameDn } from '../plan/dn.ts';
import type { PrepareFacts, Standing } from './facts.ts';
import { PrepareError } from './prepare-error.ts';
import { isProtected } from './security/descriptor.ts';
import type { CreateStep } from './steps.ts';

/**
 * The containers of a wish as full DNs, each once.
 *
 * @throws PrepareError where one is no DN
 */
export function fullContainers(containers: readonly string[], baseDn: Dn): readonly Dn[] {
  const full = containers.map((container) => fullDn(container, baseDn));
  return [...new Map(full.map((dn) => [keyOfDn(dn) ?? dn, dn])).values()];
}

/** Completed with the domain, and written as AD writes it. */
export function fullDn(container: string, baseDn: Dn): Dn {
  const rdns = parseDn(container) === undefined ? undefined : parseDn(absoluteDn(container, baseDn));
  if (rdns !== undefined) return formatDn(rdns);
  throw new PrepareError(
    'NOT_A_DN',
    `"${container}" is no distinguished name, such as OU=EntraWriteback.`,
    'In a name, write \\ before each of , + " \\ < > ; and before a # at its beginning.',
  );
}

/** Those that stand in no other of them, or get nothing from it: what is given there reaches the rest. */
export const outermost = (containers: readonly Dn[], facts: PrepareFacts): readonly Dn[] =>
  containers.filter(
    (dn) => !containers.some((other) => isBelow(dn, other) && inheritsFrom(dn, other, facts)),
  );

/** Whether nothing on the way down from the one to the other keeps away what comes from above. */
function inheritsFrom(dn: Dn, above: Dn, facts: PrepareFacts): boolean {
  if (sameDn(dn, above)) return true;
  const dacl = facts.at(dn)?.dacl;
  const parent = parentOf(dn);
  const cut = dacl !== undefined && dacl !== 'hidden' && isProtected(dacl);
  return !cut && parent !== undefined && inheritsFrom(parent, above, facts);
}

/** Classes in which groups and users may stand. */
export const unitClasses = ['organizationalUnit', 'container', 'domainDNS'] as const;

/** Those of them in which AD takes an organisational unit (possSuperiors of organizationalUnit). */
const aboveUnits = ['organizationalUnit', 'domainDNS'] as const;

const isOfAny = ({ objectClass }: Standing, classes: readonly string[]): boolean =>
  classes.some((one) => objectClass.some((name) => name.toLowerCase() === one.toLowerCase()));

/**
 * Creates the organisational units that are not there, the outer ones first.
 *
 * @throws PrepareError where one is missing that is no organisational unit, where what is there cannot hold groups and users, or
 * where it lies in no domain that is here
 */
export function createUnits(containers: readonly Dn[], facts: PrepareFacts): readonly CreateStep[] {
  const steps = new Map<string, CreateStep>();
  for (const container of containers) refuseUnfit(container, facts);
  for (const container of containers) {
    for (const dn of missingUpTo(container, facts).toReversed()) {
      steps.set(keyOfDn(dn) ?? dn, {
        do: 'create',
        dn,
        objectClass: 'organizationalUnit',
        attributes: {},
      });
    }
  }
  return [...steps.values()];
}

/** The container and those above it that are not there, the innermost first. */
function missingUpTo(container: Dn, facts: PrepareFacts): readonly Dn[] {
  const missing: Dn[] = [];
  for (let dn: Dn | undefined = container; dn !== undefined; dn = parentOf(dn)) {
    const there = facts.at(dn);
    if (there !== undefined) {
      if (missing.length > 0 && !isOfAny(there, aboveUnits)) throw noUnitBelow(dn, there);
      return missing;
    }
    if (!isBelow(dn, facts.forest.baseDn)) break;
    if (parseDn(dn)?.[0]?.type.toLowerCase() !== 'ou') {
      throw new PrepareError(
        'CANNOT_CREATE',
        `${dn} is not there, and only organisational units (OU=…) are created.`,
        'Create it first, or name another container.',
      );
    }
    missing.push(dn);
  }
  throw notInDomain(container, facts.forest.baseDn);
}

/** What is there must be something that holds groups and users, and not what AD copies to those who rule it. */
function refuseUnfit(container: Dn, facts: PrepareFacts): void {
  const { baseDn, configurationDn } = facts.forest;
  if (sameDn(container, configurationDn) || isBelow(container, configurationDn))
    throw notInDomain(container, baseDn);
  const there = facts.at(container);
  if (there === undefined) return;
  if (!isOfAny(there, unitClasses)) {
    throw new PrepareError(
      'NOT_A_CONTAINER',
      `${container} is of class ${there.objectClass.at(-1) ?? 'unknown'}, in which no groups or users are written.`,
      'Name an organisational unit.',
    );
  }
  if (sameDn(container, `CN=AdminSDHolder,CN=System,${baseDn}`)) {
    throw new PrepareError(
      'NOT_A_CONTAINER',
      `AD copies the permissions of ${container} to all who rule the domain.`,
      'Name an organisational unit.',
    );
  }
}

const noUnitBelow = (dn: Dn, { objectClass }: Standing): PrepareError =>
  new PrepareError(
    'CANNOT_CREATE',
    `${dn} is of class ${objectClass.at(-1) ?? 'unknown'}, in which AD takes no organisational unit.`,
    'Name one below the domain or below another organisational unit.',
  );

const notInDomain = (container: Dn, baseDn: Dn): PrepareError =>
  new PrepareError(
    'CANNOT_CREATE',
    `${container} does not lie in ${baseDn}, the domain of this domain controller.`,
    'Name a place in it, or connect to a domain controller of the other domain.',
  );

export const isDomainHead = (dn: Dn, facts: PrepareFacts): boolean => sameDn(dn, facts.forest.baseDn);
