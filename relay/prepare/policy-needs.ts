import type { ObjectKind } from '../../shared/domain/index.ts';
import { defaultPolicy, type Policy } from '../../shared/policy/index.ts';
import { formatDn, parseDn } from '../plan/dn.ts';

/** What a policy needs of AD to write objects of one kind. */
export type PolicyNeeds = {
  /** Where its rules put objects, also at their end; relative to the domain as the policy writes them. */
  readonly containers: readonly string[];
  readonly mail: boolean;
  /** What `attributes:` of its rules fill. */
  readonly extraAttributes: readonly string[];
};

/** A place in a policy: one DN, or one for each value of an attribute. */
type Place = string | { readonly cases: Readonly<Record<string, string>>; readonly default: string };

/** What is common to the settings of groups, users and devices. */
type Settings = {
  readonly writeback: boolean | 'asConfigured';
  readonly ou?: Place;
  readonly container?: string;
  readonly mail?: 'auto' | 'never';
  readonly attributes?: Readonly<Record<string, string | undefined>>;
  readonly deletion: Readonly<Record<string, { readonly quarantine?: string | undefined }>>;
};

/** The needs of the rules that write objects of the kind; of the defaults where there is no such rule yet. */
export function policyNeeds(kind: ObjectKind, policy: Policy = defaultPolicy()): PolicyNeeds {
  const all = settingsOf(kind, policy);
  return {
    containers: unique(all.flatMap(placesIn)),
    mail: all.some(({ mail }) => mail === 'auto'),
    extraAttributes: unique(all.flatMap(({ attributes = {} }) => Object.keys(attributes))),
  };
}

function settingsOf(kind: ObjectKind, { defaults, ...policy }: Policy): readonly Settings[] {
  const listed = {
    group: { rules: policy.groups, otherwise: defaults.groups },
    user: { rules: policy.users, otherwise: defaults.users },
    device: { rules: policy.devices, otherwise: defaults.devices },
  }[kind];
  const writing: readonly Settings[] = listed.rules
    .map(({ settings }): Settings => settings)
    .filter(({ writeback }) => writeback !== false);
  return writing.length > 0 ? writing : [listed.otherwise];
}

function placesIn({ ou, container, deletion }: Settings): readonly string[] {
  const places =
    ou === undefined ? [] : typeof ou === 'string' ? [ou] : [...Object.values(ou.cases), ou.default];
  const ends = Object.values(deletion).flatMap(({ quarantine }) => quarantine ?? []);
  return [...places, ...(container === undefined ? [] : [container]), ...ends].flatMap(fixedPart);
}

/** The part of a place that does not depend on the object: what stands above the last expression. */
function fixedPart(place: string): readonly string[] {
  const above = place.slice(place.lastIndexOf('}') + 1);
  const rdns = parseDn(place.includes('}') ? above.slice(above.indexOf(',') + 1) : above);
  return rdns === undefined ? [] : [formatDn(rdns)];
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];
