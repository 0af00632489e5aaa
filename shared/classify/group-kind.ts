import type { GroupProperties } from '../domain/index.ts';

/** What a group is, as Graph's three properties say together (Microsoft Graph, group resource type). */
export const groupKinds = [
  'microsoft365',
  'security',
  'mailEnabledSecurity',
  'distributionList',
  'unknown',
] as const;
export type GroupKind = (typeof groupKinds)[number];

/**
 * Who masters a group. `movedToCloud`: it was synchronised from AD once, and its source of authority
 * has been moved to the cloud, so that the original AD group continues.
 */
export type GroupSource = 'cloud' | 'onPremises' | 'movedToCloud';

export type GroupClass = {
  readonly kind: GroupKind;
  readonly dynamic: boolean;
  readonly roleAssignable: boolean;
  readonly source: GroupSource;
};

export const classifyGroup = (group: GroupProperties): GroupClass => ({
  kind: groupKind(group),
  dynamic: group.groupTypes.includes('DynamicMembership'),
  roleAssignable: group.isAssignableToRole === true,
  source: groupSource(group),
});

/** A Microsoft 365 group may be security-enabled as well, so `Unified` is looked at first. */
export function groupKind(
  group: Pick<GroupProperties, 'groupTypes' | 'mailEnabled' | 'securityEnabled'>,
): GroupKind {
  if (group.groupTypes.includes('Unified')) return 'microsoft365';
  if (group.securityEnabled) return group.mailEnabled ? 'mailEnabledSecurity' : 'security';
  return group.mailEnabled ? 'distributionList' : 'unknown';
}

/**
 * | onPremisesSyncEnabled | isCloudManaged | SID left over | source       |
 * |-----------------------|----------------|---------------|--------------|
 * | true                  | any            | any           | onPremises   |
 * | else                  | false          | yes           | onPremises   (rolled back, sync takes over soon) |
 * | else                  | true or unread | yes           | movedToCloud |
 * | else                  | any            | no            | cloud        |
 *
 * `isCloudManaged` needs a permission of its own; where it was not read, the SID that stays on a
 * moved group tells.
 */
export function groupSource(
  group: Pick<GroupProperties, 'onPremisesSyncEnabled' | 'onPremisesSecurityIdentifier' | 'isCloudManaged'>,
): GroupSource {
  if (group.onPremisesSyncEnabled === true) return 'onPremises';
  if (group.onPremisesSecurityIdentifier === null) return 'cloud';
  return group.isCloudManaged === false ? 'onPremises' : 'movedToCloud';
}
