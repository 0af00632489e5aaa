import { deviceSpace } from './attributes/device.ts';
import { groupSpace } from './attributes/group.ts';
import type { AttributeSpace } from './attributes/table.ts';
import { extensionName } from './attributes/table.ts';
import { userSpace } from './attributes/user.ts';
import { attributesOf } from './condition/compile.ts';
import type { Policy, Rule } from './policy.ts';
import { compileTemplate } from './template/render.ts';

/** What evaluation under a policy needs to be read beyond the plain properties, so that nothing is read in vain. */
export type Requirements = {
  readonly groups: {
    readonly owners: boolean;
    readonly administrativeUnits: boolean;
    readonly memberCount: boolean;
    /** A navigation property with a permission of its own. */
    readonly onPremisesSyncBehavior: boolean;
    readonly extensions: readonly string[];
    /** Some rule flattens: nested groups must be read through. */
    readonly nestedMembers: boolean;
    /** Some rule writes nested groups too. */
    readonly closure: boolean;
  };
  readonly users: {
    readonly written: boolean;
    readonly manager: boolean;
    readonly extensions: readonly string[];
  };
  readonly devices: {
    readonly written: boolean;
    readonly registeredOwners: boolean;
    readonly registeredUsers: boolean;
    /** Some rule asks who the owner is. */
    readonly decidedByOwner: boolean;
  };
};

/** Computed once per policy: it is asked for with every change. */
const known = new WeakMap<Policy, Requirements>();

export function requirements(policy: Policy): Requirements {
  const before = known.get(policy);
  if (before) return before;
  const found = findRequirements(policy);
  known.set(policy, found);
  return found;
}

function findRequirements(policy: Policy): Requirements {
  const groups = used(policy.groups, groupSpace);
  const users = used(policy.users, userSpace);
  const devices = used(policy.devices, deviceSpace);
  const usersWritten = policy.users.some(({ settings }) => settings.writeback);
  const devicesWritten = policy.devices.some(({ settings }) => settings.writeback);
  return {
    groups: {
      owners: groups.has('owners'),
      administrativeUnits: groups.has('administrativeUnits'),
      memberCount: groups.has('memberCount'),
      onPremisesSyncBehavior: policy.sourceOfAuthority === 'read',
      extensions: extensionsOf(groups),
      nestedMembers: policy.groups.some(({ settings }) => settings.nesting === 'flatten'),
      closure: policy.groups.some(({ settings }) => settings.nesting === 'closure'),
    },
    users: { written: usersWritten, manager: usersWritten, extensions: extensionsOf(users) },
    devices: {
      written: devicesWritten,
      registeredOwners: devicesWritten || devices.has('owners'),
      registeredUsers: devicesWritten,
      decidedByOwner: devices.has('owners'),
    },
  };
}

/** Every attribute that conditions and templates of some rules read. */
function used<S extends object>(rules: readonly Rule<S>[], space: AttributeSpace): ReadonlySet<string> {
  const templates = rules.flatMap(({ settings }) => textsIn(settings));
  return new Set([
    ...rules.flatMap(({ condition }) => attributesOf(condition)),
    ...templates.flatMap((text) => {
      const result = compileTemplate(text, space);
      return result.ok ? result.template.attributes : [];
    }),
  ]);
}

/** Every text in the settings that could be a template: those with a brace. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.includes('{') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

const extensionsOf = (attributes: ReadonlySet<string>): readonly string[] =>
  [...attributes].flatMap((name) => extensionName(name) ?? []).toSorted();
