import type { InspectIntent, Moment, ObjectRef } from '../../shared/domain/index.ts';

/** What a person on the machine of the relay asks about an object, of which the cloud sent no intent. */
export type ByPerson = {
  readonly object: ObjectRef;
  readonly displayName: string;
  readonly intentId: string;
  readonly at: Moment;
};

/** An intent that asks for nothing, so that such work is read, checked and reported like any other. */
export const intentOfPerson = ({ object, displayName, intentId, at }: ByPerson): InspectIntent => ({
  type: 'inspect',
  object,
  intentId: intentId.slice(0, 128),
  cause: 'request',
  reason: 'BY_PERSON',
  rule: null,
  policyVersion: 'none',
  displayName,
  times: { receivedAt: at, decidedAt: at },
  desired: null,
  membership: { kind: 'unchanged' },
});
