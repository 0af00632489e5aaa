import type { Dn } from '../../shared/domain/index.ts';
import { absoluteDn, isBelow, keyOfDn, parentOf, parseDn, sameDn } from '../plan/dn.ts';
import type { PrepareFacts } from './facts.ts';
import { PrepareError } from './prepare-error.ts';
import type { CreateStep } from './steps.ts';

/** The containers of a wish as full DNs, each once. */
export function fullContainers(containers: readonly string[], baseDn: Dn): readonly Dn[] {
  const full = containers.map((container) => absoluteDn(container, baseDn));
  return [...new Map(full.map((dn) => [keyOfDn(dn) ?? dn, dn])).values()];
}

/** Those that stand in no other of them: what is given there reaches the rest. */
export const outermost = (containers: readonly Dn[]): readonly Dn[] =>
  containers.filter((dn) => !containers.some((other) => isBelow(dn, other)));

/**
 * Creates the organisational units that are not there, the outer ones first.
 *
 * @throws PrepareError where one is missing that is no organisational unit, or lies in no domain that is here
 */
export function createUnits(containers: readonly Dn[], facts: PrepareFacts): readonly CreateStep[] {
  const steps = new Map<string, CreateStep>();
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
    if (facts.at(dn) !== undefined) return missing;
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
  throw new PrepareError(
    'CANNOT_CREATE',
    `${container} does not lie in ${facts.forest.baseDn}, the domain of this domain controller.`,
    'Connect to a domain controller of its domain.',
  );
}

export const isDomainHead = (dn: Dn, facts: PrepareFacts): boolean => sameDn(dn, facts.forest.baseDn);
