import type {
  Cause,
  Decision,
  DesiredObject,
  Intent,
  Membership,
  Moment,
  ObjectRef,
} from '../../domain/index.ts';

/** What every intent of one evaluation says. */
export type IntentHead = {
  readonly object: ObjectRef;
  readonly displayName: string;
  readonly cause: Cause;
  readonly decision: Decision;
  readonly receivedAt: Moment;
  readonly decidedAt: Moment;
};

/** One write intent per part of the membership; each carries the whole desired object. */
export function writeIntents(
  head: IntentHead,
  desired: DesiredObject,
  memberships: readonly Membership[],
  newId: () => string,
): readonly Intent[] {
  return memberships.map((membership) => ({ type: 'write', ...common(head, newId()), desired, membership }));
}

export function removeIntent(
  head: IntentHead,
  decision: Extract<Decision, { outcome: 'remove' }>,
  newId: () => string,
): Intent {
  const { mode, quarantine } = decision;
  return { type: 'remove', ...common(head, newId()), mode, ...(quarantine !== undefined && { quarantine }) };
}

/** Asks what AD holds of an object of which nothing is to be written. */
export const lookIntent = (head: IntentHead, newId: () => string): Intent => ({
  type: 'inspect',
  ...common(head, newId()),
  desired: null,
  membership: { kind: 'unchanged' },
});

function common(head: IntentHead, intentId: string) {
  const { object, displayName, cause, decision, receivedAt, decidedAt } = head;
  const { reason, rule, policyVersion } = decision;
  return {
    object,
    intentId,
    cause,
    reason,
    rule,
    policyVersion,
    displayName,
    times: { receivedAt, decidedAt },
  };
}
