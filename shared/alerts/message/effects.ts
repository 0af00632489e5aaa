import type { ViolationCode } from '../../domain/index.ts';

/** What was, or was not, written to AD: the first question of whoever reads an alert. */
export const effects = {
  GROUP_TOO_LARGE: 'Nothing is written. A group that is in AD already stays there, frozen.',
  GROUP_KIND_UNSUPPORTED: 'Nothing is written.',
  NAME_COLLISION: 'The object is not written. What is in AD already is left as it is.',
  NAME_FORBIDDEN: 'The object is not written.',
  PLACE_FORBIDDEN: 'The relay refused the object. AD is unchanged.',
  NESTED_GROUP_NOT_WRITTEN: 'The parent group is written without the nested group.',
  MEMBER_WITHOUT_ACCOUNT: 'The group is written without these members.',
  MEMBER_REFUSED: 'The group is written without the member that AD refused.',
  PRIVILEGED_GROUP: 'Nothing is written.',
  PROTECTED_OBJECT: 'The AD object was not touched.',
  MARKER_CONFLICT: 'Nothing is written, and no AD object was touched.',
  ORIGINAL_NOT_FOUND: 'Nothing is written. The original stays as it is in its own domain.',
  BUDGET_EXCEEDED: 'Nothing is written until a person approves the held plan.',
  DRIFT_OVERWRITTEN: 'AD was brought back to the desired state.',
  DRIFT_REPORTED: 'AD is left as it was changed by hand.',
  TENANT_DEFAULT_CHANGED:
    'Which groups are written may change: those of Microsoft 365 that nobody configured.',
  POLICY_INVALID: 'Changes are written by the last valid file.',
  MESSAGE_REJECTED: 'The change in this message is not written.',
  WRITE_FAILED: 'The change is not in AD yet. It is tried again.',
  SOURCE_OF_AUTHORITY_ENFORCED: 'The change is not in AD: the domain controller refuses it.',
  DEVICE_KEY_MISSING: 'The device is not written.',
  DEVICE_REGISTRATION_WRONG:
    'Devices that AD has already are kept up to date where they stand. New ones wait where AD has no place for them.',
  MAIL_LEFT_OUT: 'Users and groups are written, but on-premises Exchange does not know them.',
  ORPHAN: 'The AD object is left as it is.',
  GRAPH_UNREADABLE: 'Nothing is written and nothing is removed until Graph can be read.',
  NO_LIVE_SUBSCRIPTION: 'Changes are still written, but later: up to a minute.',
  RELAY_SILENT: 'Changes wait in Service Bus and are written when a relay is back.',
  CLIENT_STATE_WRONG: 'Nothing is written because of these notifications.',
  ALERT_CHANNEL_FAILED: 'Writeback goes on. Alerts take the next channel.',
  ALERTS_FILE_INVALID: 'Writeback goes on. Alerts take the routes of the last valid file.',
} as const satisfies Record<ViolationCode, string>;
