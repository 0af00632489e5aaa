import { classifyGroup, type GroupKind } from '../../classify/index.ts';
import type { GroupSnapshot, ReasonCode } from '../../domain/index.ts';
import { readGroup } from '../attributes/group.ts';
import type { Policy, Rule } from '../policy.ts';
import type { GroupSettings } from '../settings/group.ts';
import type { Case } from './case.ts';
import type { Context, Evaluation } from './context.ts';
import { deletionOf, leaveScope, previousRule } from './endings.ts';
import { refuseGroup } from './group-refusals.ts';
import { groupWish } from './group-wish.ts';

const unsupported: Readonly<Partial<Record<GroupKind, ReasonCode>>> = {
  distributionList: 'DISTRIBUTION_LIST',
  mailEnabledSecurity: 'MAIL_ENABLED_SECURITY_GROUP',
  unknown: 'GROUP_KIND_UNKNOWN',
};

/**
 * Decides over a group that is there or soft-deleted. In this order, the first that speaks deciding:
 *
 *   synced from AD, kind      never written
 *   rules                     the first that matches; none: out of scope. In the recycle bin little is
 *                             left to match, so there the rule counts that wrote the group
 *   something was not read    a rule depends on it: left as it is
 *   writeback of the rule     false: out of scope; asConfigured: as the group is configured
 *   soft-deleted              ends as the rule says
 *   refusals                  role-assignable, size, names, place, scope: not written, reported
 */
export function evaluateGroup(
  group: GroupSnapshot,
  policy: Policy,
  context: Context,
  open: Case,
): Evaluation {
  const { kind, source } = classifyGroup(group.properties);
  open.check('presence', group.presence, group.presence === 'present', 'SOFT_DELETED');
  if (!open.check('source', source, source !== 'onPremises', 'SYNCED_FROM_AD')) {
    return open.ignore('SYNCED_FROM_AD');
  }
  const reason = unsupported[kind];
  if (!open.check('kind', kind, reason === undefined, reason) && reason) {
    if (group.properties.writebackConfiguration.isEnabled === true) {
      open.violate(
        'GROUP_KIND_UNSUPPORTED',
        `Writeback is enabled on a group of kind ${kind}, which is never written.`,
      );
    }
    return open.ignore(reason);
  }
  const found = open.firstMatch(policy.groups, readGroup(group));
  const before = group.presence === 'softDeleted' ? previousRule(policy.groups, context) : undefined;
  if (found === 'unknown' && !before) return open.hold('NOT_READ');
  const matched = before ?? (found === 'unknown' ? undefined : found);
  const wish = matched && groupWish(group, matched.settings, policy, context, open);
  if (matched && wish?.wish === 'write') return conclude(group, wish.reason, matched, open);
  const parent = policy.groups.find(({ name }) => name === context.nestedIn?.rule);
  if (parent?.settings.nesting === 'closure' && wish?.wish !== 'disabled' && wish?.wish !== 'excluded') {
    return conclude(group, 'WRITE_NESTED', parent, open);
  }
  if (matched && wish) return withoutWriting(group, wish, matched, context, open);
  const { outOfScope } = deletionOf(policy.groups, policy.defaults.groups, context);
  return leaveScope(open, context, 'NO_RULE_MATCHED', outOfScope);
}

/** A matched rule that does not write this group. */
function withoutWriting(
  group: GroupSnapshot,
  {
    wish,
    reason,
  }: { readonly wish: 'disabled' | 'notEnabled' | 'excluded' | 'write'; readonly reason: ReasonCode },
  matched: Rule<GroupSettings>,
  context: Context,
  open: Case,
): Evaluation {
  const { deletion } = matched.settings;
  if (wish === 'excluded') return leaveScope(open, context, reason, deletion.outOfScope, matched.name);
  if (wish === 'notEnabled' && !context.previous) return open.ignore(reason, matched.name);
  if (group.presence === 'softDeleted') return open.end('SOFT_DELETED', deletion.softDeleted, matched.name);
  return open.end(reason, deletion.disabled, matched.name);
}

/** A group that its rule writes, unless it is in the recycle bin or something forbids it. */
function conclude(
  group: GroupSnapshot,
  reason: ReasonCode,
  { name, settings }: Rule<GroupSettings>,
  open: Case,
): Evaluation {
  if (group.presence === 'softDeleted') return open.end('SOFT_DELETED', settings.deletion.softDeleted, name);
  const refusal = refuseGroup(group, settings, name, open);
  return refusal ? open.hold(refusal, name) : open.write(reason, name, { kind: 'group', settings });
}
