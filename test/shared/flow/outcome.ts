import { Outcome } from '../../../shared/domain/index.ts';

export const someGroup = { kind: 'group', id: '3a5c3221-c465-48c0-95b8-e9305786a271' };

/** An outcome of a relay at a time, to be varied by each test. */
export function outcomeAt(ms: number, given: object): Outcome {
  const at = new Date(ms).toISOString();
  return Outcome.parse({
    intentId: `intent-${ms}`,
    object: someGroup,
    displayName: 'Sales',
    result: 'applied',
    intent: 'write',
    cause: 'feed',
    reason: 'WRITE_ENABLED',
    rule: null,
    policyVersion: 'p1',
    plan: { operations: [] },
    observed: null,
    membership: 'unchanged',
    membersAdded: 0,
    membersRemoved: 0,
    leftOut: [],
    violations: [],
    relay: { name: 'relay-1', version: '1', instance: 'x' },
    times: { receivedAt: at, decidedAt: at, startedAt: at, finishedAt: at },
    ...given,
  });
}
