import { classifyGroup } from '../../classify/index.ts';
import { groupNames } from '../../desired/group-names.ts';
import type { GroupSnapshot, ReasonCode } from '../../domain/index.ts';
import { groupSpace, readGroup } from '../attributes/group.ts';
import { type GroupSettings, memberLimit } from '../settings/group.ts';
import { resolvePlace } from '../settings/place.ts';
import type { Case } from './case.ts';
import { groupType } from './group-type.ts';
import { isReservedName } from './reserved-names.ts';

/** Most members of a Microsoft 365 group, unless the rule says otherwise (as Entra Connect). */
const microsoft365Limit = 50_000;

/** Most direct members with which a group is written under these settings. */
export function memberLimitOf(
  { properties }: GroupSnapshot,
  { limits }: Pick<GroupSettings, 'limits'>,
): number {
  const byKind = classifyGroup(properties).kind === 'microsoft365' ? microsoft365Limit : memberLimit;
  return limits.members ?? byKind;
}

/**
 * What forbids to write a group that its rule would write. Every check is made and traced, so that
 * people see all reasons at once; the first one is answered.
 */
export function refuseGroup(
  group: GroupSnapshot,
  settings: GroupSettings,
  rule: string,
  open: Case,
): ReasonCode | undefined {
  const refusals = [
    refuseRoleAssignable(group, settings, rule, open),
    refuseSize(group, settings, rule, open),
    refuseNames(group, settings, rule, open),
    refusePlace(group, settings, rule, open),
    refuseScope(group, settings, rule, open),
  ];
  return refusals.find((reason) => reason !== undefined);
}

type Refusal = (
  group: GroupSnapshot,
  settings: GroupSettings,
  rule: string,
  open: Case,
) => ReasonCode | undefined;

const refuseRoleAssignable: Refusal = ({ properties }, { roleAssignable, severity }, rule, open) => {
  const is = classifyGroup(properties).roleAssignable;
  const reason = is ? 'ROLE_ASSIGNABLE_FORBIDDEN' : 'ROLE_ASSIGNABLE_REQUIRED';
  const passes = is ? roleAssignable !== 'forbidden' : roleAssignable !== 'required';
  if (open.check('roleAssignable', is, passes, reason)) return undefined;
  if (is)
    open.violate(
      'PRIVILEGED_GROUP',
      `The group is role-assignable, which rule "${rule}" forbids.`,
      rule,
      severity,
    );
  return reason;
};

const refuseSize: Refusal = (group, settings, rule, open) => {
  const limit = memberLimitOf(group, settings);
  const count = group.properties.memberCount;
  if (open.check('memberCount', count, count === null || count <= limit, 'TOO_MANY_MEMBERS'))
    return undefined;
  open.violate(
    'GROUP_TOO_LARGE',
    `The group has ${count} members; rule "${rule}" allows ${limit}.`,
    rule,
    settings.severity,
  );
  return 'TOO_MANY_MEMBERS';
};

/** The original names of a group that was moved to the cloud stay, so ours do not matter. */
const refuseNames: Refusal = (group, settings, rule, open) => {
  if (classifyGroup(group.properties).source === 'movedToCloud') return undefined;
  const { commonName, samAccountName } = groupNames(group, settings);
  const names = [commonName, samAccountName];
  const taken = names.find(isReservedName);
  if (open.check('names', names, taken === undefined, 'NAME_RESERVED')) return undefined;
  const message = `The group would be called "${taken}", which is the name of a built-in or protected AD group.`;
  open.violate('NAME_FORBIDDEN', message, rule, settings.severity);
  return 'NAME_RESERVED';
};

const refusePlace: Refusal = (group, settings, rule, open) => {
  const place = resolvePlace(settings.ou, groupSpace, readGroup(group));
  if (open.check('ou', place ?? null, place !== undefined, 'OU_UNRESOLVED')) return undefined;
  const message = `The ou of rule "${rule}" gives no DN for this group: an attribute in it is empty.`;
  open.violate('PLACE_FORBIDDEN', message, rule, settings.severity);
  return 'OU_UNRESOLVED';
};

/** Exchange mail-enables universal groups only. */
const refuseScope: Refusal = ({ properties }, settings, rule, open) => {
  const type = groupType(properties, settings.as);
  const passes = type !== 'mailEnabledSecurity' || settings.scope === 'universal';
  if (open.check('scope', { as: type, scope: settings.scope }, passes, 'SCOPE_REFUSED')) return undefined;
  const message = `A mail-enabled security group must be universal; rule "${rule}" says ${settings.scope}.`;
  open.violate('PLACE_FORBIDDEN', message, rule, settings.severity);
  return 'SCOPE_REFUSED';
};
