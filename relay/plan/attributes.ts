import type { DesiredAttribute, DesiredObject, WireValue } from '../../shared/domain/index.ts';
import type { DirectoryFacts, ObservedObject, Resolved } from './observed.ts';
import { referenceKey } from './references.ts';
import { type Comparison, sameValues, valuesOf, withoutDuplicates } from './values.ts';

/** An attribute as it should stand in AD. */
export type TargetAttribute = {
  readonly name: string;
  readonly values: readonly WireValue[];
  readonly comparison: Comparison;
};

/** Attributes to replace, with what they held before. */
export type AttributeDiff = {
  readonly replace: Record<string, readonly WireValue[]>;
  readonly before: Record<string, readonly WireValue[]>;
};

/**
 * The attributes of a desired object that this forest takes, with references turned into names.
 * A reference that AD does not have is left out of the values: the object may come later.
 */
export function targetAttributes(
  desired: DesiredObject,
  references: readonly Resolved[],
  facts: DirectoryFacts,
  creating: boolean,
): readonly TargetAttribute[] {
  const found = new Map(
    references.flatMap((one) => (one.found ? [[referenceKey(one.reference), one.dn] as const] : [])),
  );
  return desired.attributes
    .filter((attribute) => applies(attribute, facts, creating))
    .map((attribute) => ({
      name: attribute.name,
      values: withoutDuplicates(
        attribute.values.flatMap((value) => {
          if (typeof value === 'string' || 'base64' in value) return [value];
          const dn = found.get(referenceKey(value.reference));
          return dn ? [dn] : [];
        }),
      ),
      comparison: attribute.values.some((value) => typeof value === 'object' && 'reference' in value)
        ? 'dn'
        : 'exact',
    }));
}

/** What must be replaced in the observed object, and nothing that is so already. */
export function differences(
  object: ObservedObject | undefined,
  targets: readonly TargetAttribute[],
): AttributeDiff {
  const replace: Record<string, readonly WireValue[]> = {};
  const before: Record<string, readonly WireValue[]> = {};
  for (const { name, values, comparison } of targets) {
    const held = valuesOf(object, name);
    if (sameValues(held, values, comparison)) continue;
    replace[name] = values;
    before[name] = held;
  }
  return { replace, before };
}

function applies({ name, when }: DesiredAttribute, facts: DirectoryFacts, creating: boolean): boolean {
  switch (when) {
    case 'always':
      return true;
    case 'schemaHasIt':
      return facts.hasAttribute(name);
    case 'exchangePrepared':
      return facts.exchangePrepared && facts.hasAttribute(name);
    case 'created':
      return creating;
  }
}
