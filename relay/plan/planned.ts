import {
  type Intent,
  type LeftOut,
  type Moment,
  ObjectGuid,
  type Plan,
  type Violation,
  type ViolationCode,
  violationCodes,
} from '../../shared/domain/index.ts';
import type { DevicePlace } from './device-place.ts';
import type { MemberFacts } from './member-facts.ts';
import type { DirectoryFacts, Observation, ObservedObject, Resolved } from './observed.ts';
import type { Task } from './task.ts';

/** All that a plan is made of. The same input gives the same plan. */
export type PlanInput = {
  readonly intent: Intent;
  readonly task: Task;
  readonly observation: Observation;
  /** What was found for references in attributes, such as managedBy. */
  readonly references: readonly Resolved[];
  readonly members: MemberFacts;
  /** For users: objects of the forest that have one of the values which only one may have. */
  readonly taken?: readonly ObservedObject[];
  /** For devices: where AD says that they go. */
  readonly devicePlace?: DevicePlace;
  readonly facts: DirectoryFacts;
  readonly now: Moment;
};

/** Why nothing at all is written, and who must act. `code` is stable and public. */
export type Refusal = {
  readonly code: string;
  readonly message: string;
  readonly needs: 'completeMembership' | 'retry' | 'person';
};

/** What would be written, what not, and what people must know. A refusal comes with an empty plan. */
export type Planned = {
  readonly plan: Plan;
  readonly violations: readonly Violation[];
  readonly leftOut: readonly LeftOut[];
  readonly refusal?: Refusal;
  /** The group is new or came back, and not all its members are known: a complete read must follow. */
  readonly membershipIncomplete: boolean;
};

/**
 * Stands for the GUID of the object that the plan itself creates, which nobody knows before. The
 * relay puts the real one in its place as soon as the object exists.
 */
export const createdObject = ObjectGuid.parse('00000000-0000-0000-0000-000000000000');

/**
 * Stands for a long random password in unicodePwd. A plan travels to the cloud, to logs and to
 * people, so it never holds a secret; the relay makes the password at the moment of writing.
 */
export const randomPassword = '{random password}';

export const emptyPlan: Plan = { operations: [] };

/** A violation about the object of an intent, with severity and remedy from the public table. */
export function violationOf(
  about: { readonly intent: Intent; readonly now: Moment },
  code: ViolationCode,
  message: string,
  details: Violation['details'] = {},
): Violation {
  const { severity, remedy } = violationCodes[code];
  const { object, displayName, rule } = about.intent;
  return {
    code,
    severity,
    about: object,
    subject: displayName,
    ...(rule !== null && { rule }),
    message,
    remedy,
    at: about.now,
    details,
  };
}

/** A plan that writes nothing because of a violation that a person must look at. */
export const refuse = (
  about: { readonly intent: Intent; readonly now: Moment },
  code: ViolationCode,
  message: string,
  details: Violation['details'] = {},
): Planned => ({
  plan: emptyPlan,
  violations: [violationOf(about, code, message, details)],
  leftOut: [],
  refusal: { code, message, needs: 'person' },
  membershipIncomplete: false,
});
