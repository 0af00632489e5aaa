import { groupKind } from '../../classify/index.ts';
import type { GroupProperties, OnPremisesGroupType, WrittenAs } from '../../domain/index.ts';
import type { GroupSettings } from '../settings/group.ts';

const byConfiguration: Readonly<Record<OnPremisesGroupType, WrittenAs>> = {
  universalDistributionGroup: 'distribution',
  universalSecurityGroup: 'security',
  universalMailEnabledSecurityGroup: 'mailEnabledSecurity',
};

/**
 * What the AD group is. As configured: a Microsoft 365 group is a distribution group unless its
 * onPremisesGroupType says otherwise, a security group always a security group.
 */
export function groupType(group: GroupProperties, as: GroupSettings['as']): WrittenAs {
  if (as !== 'asConfigured') return as;
  if (groupKind(group) !== 'microsoft365') return 'security';
  const configured = group.writebackConfiguration.onPremisesGroupType;
  return configured ? byConfiguration[configured] : 'distribution';
}
