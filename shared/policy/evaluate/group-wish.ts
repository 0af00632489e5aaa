import { classifyGroup } from '../../classify/index.ts';
import type { GroupSnapshot, ReasonCode } from '../../domain/index.ts';
import type { Policy } from '../policy.ts';
import type { GroupSettings } from '../settings/group.ts';
import type { Case } from './case.ts';
import type { Context } from './context.ts';

/** Whether a matched rule wants the group written, and if not, in which way not. */
export type Wish = {
  readonly wish: 'write' | 'disabled' | 'notEnabled' | 'excluded';
  readonly reason: ReasonCode;
};

/**
 * With `writeback: asConfigured` (Microsoft Graph beta, groupWritebackConfiguration):
 *
 * | isEnabled | Microsoft 365 group                    | security group |
 * |-----------|----------------------------------------|----------------|
 * | true      | written                                | written        |
 * | false     | disabled                               | disabled       |
 * | null      | written, unless the tenant default is off | not enabled |
 */
export function groupWish(
  group: GroupSnapshot,
  settings: GroupSettings,
  policy: Policy,
  context: Context,
  open: Case,
): Wish {
  if (settings.writeback === true) return { wish: 'write', reason: 'WRITE_BY_RULE' };
  if (settings.writeback === false) return { wish: 'excluded', reason: 'EXCLUDED_BY_RULE' };
  const { isEnabled } = group.properties.writebackConfiguration;
  const answer = configured(group, policy, context, open);
  open.check('writebackConfiguration.isEnabled', isEnabled, answer.wish === 'write', answer.reason);
  return answer;
}

function configured(group: GroupSnapshot, policy: Policy, context: Context, open: Case): Wish {
  const { isEnabled } = group.properties.writebackConfiguration;
  if (isEnabled === true) return { wish: 'write', reason: 'WRITE_ENABLED' };
  if (isEnabled === false) return { wish: 'disabled', reason: 'DISABLED' };
  if (classifyGroup(group.properties).kind !== 'microsoft365') {
    return { wish: 'notEnabled', reason: 'NOT_ENABLED' };
  }
  const on = isOnByDefault(group, policy, context);
  open.check(
    'tenantDefault',
    policy.tenantDefault === 'honour' ? (context.tenant ?? null) : policy.tenantDefault,
    on,
    'TENANT_DEFAULT_OFF',
  );
  return on
    ? { wish: 'write', reason: 'WRITE_BY_DEFAULT' }
    : { wish: 'notEnabled', reason: 'TENANT_DEFAULT_OFF' };
}

/**
 * NewUnifiedGroupWritebackDefault counts for new groups only. A group is not new when it was written
 * before, or when it was created before the setting was seen to change.
 */
function isOnByDefault(group: GroupSnapshot, policy: Policy, context: Context): boolean {
  if (policy.tenantDefault !== 'honour') return policy.tenantDefault === 'on';
  if (context.tenant?.newUnifiedGroupWritebackDefault !== false) return true;
  if (context.previous) return true;
  const created = Date.parse(group.properties.createdDateTime ?? '');
  const changed = Date.parse(context.tenant.changedAt ?? '');
  return created < changed;
}
