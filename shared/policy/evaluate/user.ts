import { classifyUser } from '../../classify/index.ts';
import { userNames } from '../../desired/user-names.ts';
import type { UserSnapshot } from '../../domain/index.ts';
import { readUser, userSpace } from '../attributes/user.ts';
import type { Policy } from '../policy.ts';
import { resolvePlace } from '../settings/place.ts';
import type { UserSettings } from '../settings/user.ts';
import type { Case } from './case.ts';
import type { Context, Evaluation } from './context.ts';
import { deletionOf, leaveScope, previousRule } from './endings.ts';
import { isReservedName } from './reserved-names.ts';

/**
 * Decides over a user that is there or soft-deleted. Users that are synchronised from AD are never
 * touched; guests need a rule that says `guests: true`; all others need a rule.
 */
export function evaluateUser(user: UserSnapshot, policy: Policy, context: Context, open: Case): Evaluation {
  const { type, source } = classifyUser(user.properties);
  open.check('presence', user.presence, user.presence === 'present', 'SOFT_DELETED');
  if (!open.check('source', source, source !== 'onPremises', 'SYNCED_FROM_AD')) {
    return open.ignore('SYNCED_FROM_AD');
  }
  if (user.presence === 'softDeleted' && context.previous === null) return open.ignore('SOFT_DELETED');
  const matched = open.firstMatch(policy.users, readUser(user));
  const rule = (user.presence === 'softDeleted' && previousRule(policy.users, context)) || matched;
  if (rule === 'unknown') return open.hold('NOT_READ');
  if (!rule) {
    const reason = policy.users.length === 0 ? 'USER_WRITEBACK_OFF' : 'NO_RULE_MATCHED';
    const { outOfScope } = deletionOf(policy.users, policy.defaults.users, context);
    return leaveScope(open, context, reason, outOfScope);
  }
  const { settings, name } = rule;
  const { deletion } = settings;
  if (!settings.writeback) return leaveScope(open, context, 'EXCLUDED_BY_RULE', deletion.outOfScope, name);
  if (!open.check('guest', type === 'guest', type !== 'guest' || settings.guests, 'GUEST')) {
    return leaveScope(open, context, 'GUEST', deletion.outOfScope, name);
  }
  if (user.presence === 'softDeleted') return open.end('SOFT_DELETED', deletion.softDeleted, name);
  const refusal = refuseUser(user, settings, name, open);
  return refusal ? open.hold(refusal, name) : open.write('WRITE_BY_RULE', name, { kind: 'user', settings });
}

function refuseUser(
  user: UserSnapshot,
  settings: UserSettings,
  rule: string,
  open: Case,
): 'NAME_RESERVED' | 'OU_UNRESOLVED' | undefined {
  const { commonName, samAccountName } = userNames(user, settings);
  const names = [commonName, samAccountName];
  const taken = names.find(isReservedName);
  const place = resolvePlace(settings.ou, userSpace, readUser(user));
  const namesPass = open.check('names', names, taken === undefined, 'NAME_RESERVED');
  const placePasses = open.check('ou', place ?? null, place !== undefined, 'OU_UNRESOLVED');
  if (!namesPass) {
    const message = `The user would be called "${taken}", which is the name of a built-in or protected AD account.`;
    open.violate('NAME_FORBIDDEN', message, rule, settings.severity);
    return 'NAME_RESERVED';
  }
  if (placePasses) return undefined;
  const message = `The ou of rule "${rule}" gives no DN for this user: an attribute in it is empty.`;
  open.violate('PLACE_FORBIDDEN', message, rule, settings.severity);
  return 'OU_UNRESOLVED';
}
