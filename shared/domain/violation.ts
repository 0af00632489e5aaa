import { z } from 'zod';
import { Moment, ObjectRef } from './ids.ts';

/** How loudly people must be told. */
export const Severity = z.enum(['information', 'warning', 'error', 'critical']);
export type Severity = z.output<typeof Severity>;

/**
 * Every violation that can be raised: its code is stable, public and documented. The sentence says
 * what it means; `remedy` what a person does about it.
 */
export const violationCodes = {
  GROUP_TOO_LARGE: {
    severity: 'error',
    meaning:
      'The group has more members than the policy allows, so it is not written; one already written is frozen.',
    remedy: 'Raise limits.members in the rule (at most 250000), or make the group smaller.',
  },
  GROUP_KIND_UNSUPPORTED: {
    severity: 'warning',
    meaning: 'Writeback was asked for a kind of group that Exchange or AD masters.',
    remedy: 'Turn writeback off for this group, or replace it by a security or Microsoft 365 group.',
  },
  NAME_COLLISION: {
    severity: 'error',
    meaning: 'Another AD object already has the name or the sAMAccountName this object should get.',
    remedy: 'Rename one of the two, or change the name template of the rule.',
  },
  NAME_FORBIDDEN: {
    severity: 'error',
    meaning: 'The name is reserved in AD, or is not legal there.',
    remedy: 'Rename the object in the cloud, or change the name template of the rule.',
  },
  PLACE_FORBIDDEN: {
    severity: 'error',
    meaning: 'The object would be written to a place, as a class or in a way that relay.yaml does not allow.',
    remedy: 'Correct `ou` in the policy, or allow the place in relay.yaml.',
  },
  NESTED_GROUP_NOT_WRITTEN: {
    severity: 'warning',
    meaning: 'A nested group has no AD group, so it is left out of its parent.',
    remedy: 'Enable writeback for the nested group, or set nesting to flatten or closure.',
  },
  MEMBER_WITHOUT_ACCOUNT: {
    severity: 'information',
    meaning: 'Members without an AD account are left out.',
    remedy: 'Synchronise the members, or enable user or device writeback for them.',
  },
  MEMBER_REFUSED: {
    severity: 'warning',
    meaning:
      'AD refused a member, for example a domain local group in a universal group; the others are written.',
    remedy: 'Change the scope of the member group, or take it out of the cloud group.',
  },
  PRIVILEGED_GROUP: {
    severity: 'critical',
    meaning: 'The group is role-assignable or protected, and the policy does not allow it.',
    remedy: 'Allow it by a rule that names it, or leave it out of scope.',
  },
  PROTECTED_OBJECT: {
    severity: 'critical',
    meaning:
      'The AD object is protected (AdminSDHolder, built-in, critical system object) and is never changed.',
    remedy: 'Take the marker off the object, or the object out of the protected groups.',
  },
  MARKER_CONFLICT: {
    severity: 'critical',
    meaning:
      'The marker stands on more than one AD object, on one of another class or place, or an unmarked object is in the way.',
    remedy: 'Remove the marker from the wrong object, or claim the right one.',
  },
  ORIGINAL_NOT_FOUND: {
    severity: 'error',
    meaning:
      'The original of an object whose source of authority moved to the cloud, named by its SID, is not in this domain; nothing is written.',
    remedy: 'Let the relay of its domain write it, or clear the SID in the cloud to have a new object made.',
  },
  BUDGET_EXCEEDED: {
    severity: 'critical',
    meaning: 'More would change in AD than the budget allows; the plan is held.',
    remedy: 'Look at the held plan, then approve or reject it.',
  },
  DRIFT_OVERWRITTEN: {
    severity: 'information',
    meaning: 'AD was changed by hand and has been brought back to the desired state.',
    remedy: 'Change the object in the cloud; changes made in AD do not last.',
  },
  DRIFT_REPORTED: {
    severity: 'warning',
    meaning: 'AD differs from the desired state and the policy says only to report it.',
    remedy: 'Undo the change in AD, or set drift to overwrite.',
  },
  TENANT_DEFAULT_CHANGED: {
    severity: 'warning',
    meaning: 'The tenant setting NewUnifiedGroupWritebackDefault has changed.',
    remedy: 'Check that the change was meant; force the default in the policy if it should not count.',
  },
  POLICY_INVALID: {
    severity: 'critical',
    meaning: 'The policy file does not load; the last valid policy stays in force.',
    remedy: 'Mend the file: each error names its line, the value and what is allowed.',
  },
  MESSAGE_REJECTED: {
    severity: 'error',
    meaning: 'A message can never succeed and was set aside.',
    remedy: 'Look at it with GET /api/dead-letters, then replay or discard it.',
  },
  WRITE_FAILED: {
    severity: 'error',
    meaning: 'AD refused a write or could not be reached; it is tried again.',
    remedy: 'The message of AD says why; entra-writeback check verifies the account and its rights.',
  },
  SOURCE_OF_AUTHORITY_ENFORCED: {
    severity: 'error',
    meaning:
      'The domain controller refuses the write because the object is under cloud source-of-authority enforcement.',
    remedy: 'Put the SID of the relay account on the SOA policy (CN=Cloud,CN=SOA-Policies,CN=System).',
  },
  DEVICE_KEY_MISSING: {
    severity: 'information',
    meaning: 'The device has no key of type 2, which AD demands, so it cannot be written.',
    remedy: 'Wait for the device to finish registration; it is written when the key appears.',
  },
  DEVICE_REGISTRATION_WRONG: {
    severity: 'error',
    meaning:
      'The forest does not have exactly one device registration service that names a container for devices. Without a service AD FS uses no device; without a container none can be created.',
    remedy: 'entra-writeback check names what is wrong and the command that mends it.',
  },
  MAIL_LEFT_OUT: {
    severity: 'information',
    meaning:
      'The schema of the forest has no Exchange attributes, so users and groups are written without them.',
    remedy:
      'Say mail: never in the policy where no Exchange needs them; else let Exchange setup extend the schema (/PrepareSchema).',
  },
  ORPHAN: {
    severity: 'warning',
    meaning: 'An AD object carries our marker but has no cloud object.',
    remedy: 'Delete it by hand, or let a sweep remove it.',
  },
  GRAPH_UNREADABLE: {
    severity: 'error',
    meaning: 'Graph cannot be read for this object or feed; nothing is removed meanwhile.',
    remedy: 'The message of Graph says why; check permissions and throttling.',
  },
  NO_LIVE_SUBSCRIPTION: {
    severity: 'error',
    meaning: 'No change notifications arrive; changes are found by the feeds only.',
    remedy: 'Check that Graph can reach NOTIFICATION_URL and that the permission to subscribe exists.',
  },
  CLIENT_STATE_WRONG: {
    severity: 'warning',
    meaning: 'Notifications with a wrong or missing client state arrive and are dropped.',
    remedy: 'Look for an old subscription with another secret, or for someone who guesses.',
  },
  RELAY_SILENT: {
    severity: 'critical',
    meaning: 'A relay is not heard of any more; while no other one is there, nothing is written to AD.',
    remedy: 'Look whether the service runs on its machine and reaches Service Bus (port 5671 or 443).',
  },
  ALERT_CHANNEL_FAILED: {
    severity: 'error',
    meaning: 'An alert channel does not accept messages; the next channel is used.',
    remedy: 'Check the address and the secret of the channel.',
  },
  ALERTS_FILE_INVALID: {
    severity: 'error',
    meaning: 'alerts.yaml does not load; the last valid file stays in force, without one alerts wait.',
    remedy: 'Mend the file: each error names its line, the value and what is allowed.',
  },
} as const satisfies Record<string, { severity: Severity; meaning: string; remedy: string }>;

export type ViolationCode = keyof typeof violationCodes;
export const ViolationCode = z.enum(Object.keys(violationCodes) as [ViolationCode, ...ViolationCode[]]);

/** Something the policy forbids or a person must know. `about` is the object, or undefined for the system itself. */
export const Violation = z.strictObject({
  code: ViolationCode,
  severity: Severity,
  about: ObjectRef.optional(),
  /** What one reads first: the object's name where it is known. */
  subject: z.string(),
  rule: z.string().optional(),
  message: z.string(),
  remedy: z.string(),
  at: Moment,
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});
export type Violation = z.output<typeof Violation>;
