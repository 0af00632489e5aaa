import { z } from 'zod';

/**
 * Why an object is written, frozen, removed or ignored. Each code is stable and public; the
 * reference page of reason codes is generated from this table.
 */
export const reasonCodes = {
  WRITE_BY_DEFAULT: 'Microsoft 365 groups are written unless someone turned writeback off.',
  WRITE_ENABLED: 'Writeback is enabled on the object (writebackConfiguration.isEnabled is true).',
  WRITE_BY_RULE: 'A rule of the policy says that the object is written.',
  WRITE_NESTED:
    'The group is nested in a written group whose rule writes nested groups too (nesting: closure).',
  NOT_ENABLED: 'Security groups are written only when writeback is enabled on them.',
  DISABLED: 'Writeback is turned off on the object (writebackConfiguration.isEnabled is false).',
  TENANT_DEFAULT_OFF:
    'The tenant default for new Microsoft 365 groups is off, and the group was not configured.',
  EXCLUDED_BY_RULE: 'A rule of the policy says that the object is not written.',
  NO_RULE_MATCHED: 'No rule of the policy matches the object.',
  NOT_READ:
    'A rule decides by something that is not known of the object: its member count, its owners or its administrative units.',
  SYNCED_FROM_AD: 'The object is mastered in AD and synchronised to the cloud, so it is never written back.',
  DISTRIBUTION_LIST: 'Distribution lists are mastered by Exchange and never written.',
  MAIL_ENABLED_SECURITY_GROUP: 'Mail-enabled security groups are mastered by Exchange and never written.',
  GROUP_KIND_UNKNOWN: 'The group is neither security- nor mail-enabled nor a Microsoft 365 group.',
  ROLE_ASSIGNABLE_FORBIDDEN: 'The group is role-assignable, and the rule does not allow that.',
  ROLE_ASSIGNABLE_REQUIRED: 'The group is not role-assignable, and the rule demands that.',
  NAME_RESERVED: 'The name belongs to a protected or built-in AD group.',
  TOO_MANY_MEMBERS: 'The group has more members than the rule allows.',
  SCOPE_REFUSED: 'AD cannot hold the group with this scope and these members.',
  OU_UNRESOLVED: 'The `ou` of the rule does not give a distinguished name for this object.',
  SOFT_DELETED: 'The object is in the recycle bin of the tenant and may be restored.',
  HARD_DELETED: 'The object is permanently deleted.',
  OUT_OF_SCOPE: 'The object was in scope and no longer is.',
  GRACE_PERIOD: 'The object is to be removed when its grace period has passed.',
  USER_WRITEBACK_OFF: 'No rule of the policy writes users.',
  DEVICE_WRITEBACK_OFF: 'No rule of the policy writes devices.',
  GUEST: 'Guests are not written unless a rule says so.',
  HYBRID_JOINED: 'The device exists in AD as a computer.',
  DEVICE_KEY_MISSING: 'The device has no key of type 2, which AD demands.',
  DEVICE_STALE: 'The device has not signed in for longer than the rule allows.',
  BY_PERSON: 'A person asked for it on the machine of the relay, not the policy.',
} as const;
export type ReasonCode = keyof typeof reasonCodes;
export const ReasonCode = z.enum(Object.keys(reasonCodes) as [ReasonCode, ...ReasonCode[]]);

/** Why one member is left out of an AD group. Stable and public as well. */
export const memberReasonCodes = {
  CLOUD_ONLY_USER: 'The user has no AD account and user writeback is off for them.',
  GUEST: 'Guests are left out by the rule.',
  GROUP_NOT_WRITTEN: 'The nested group is not written and is not an on-premises group.',
  DEVICE_NOT_WRITTEN: 'The device has no AD object and device writeback is off for it.',
  SERVICE_PRINCIPAL: 'Service principals cannot be AD members.',
  CONTACT: 'Organisational contacts are left out.',
  UNKNOWN_KIND: 'Graph did not say what kind of object the member is (a permission may be missing).',
  FILTERED_BY_RULE: 'The member filter of the rule leaves the member out.',
  NOT_IN_AD: 'The relay found no AD object for the member.',
  OTHER_DOMAIN:
    'The SID of the member is of another domain, and the relay knows no global catalog that has it (globalCatalogs in relay.yaml).',
  REFUSED_BY_AD: 'AD does not take the member, for example a domain local group in a universal group.',
  PROTECTED: 'The relay does not put a member of this kind into a group.',
} as const;
export type MemberReasonCode = keyof typeof memberReasonCodes;
export const MemberReasonCode = z.enum(
  Object.keys(memberReasonCodes) as [MemberReasonCode, ...MemberReasonCode[]],
);
