import type { Change } from '../../domain/index.ts';
import type { ObjectState } from '../../state/index.ts';
import type { Evaluated } from './evaluate-change.ts';

/** What a sweep finds is a change by hand in AD only where the cloud still says what it said before. */
export const causeOf = ({ cause }: Change, state: ObjectState, hash: string | undefined): Change['cause'] =>
  cause === 'sweep' && hash !== undefined && hash !== state.desiredHash ? 'missed' : cause;

/** A second look that shows what the first one showed, and AD has that: there is nothing to send. */
export function isConfirmed(
  { cause }: Change,
  { intents }: Pick<Extract<Evaluated, { step: 'decided' }>, 'intents'>,
  { desiredHash, lastOutcome }: ObjectState,
  hash: string | undefined,
): boolean {
  const settled = lastOutcome?.result === 'applied' || lastOutcome?.result === 'unchanged';
  const nothingNew = hash !== undefined && hash === desiredHash && settled && !lastOutcome.failure;
  const noMembers = intents.every((one) => one.type === 'write' && one.membership.kind === 'unchanged');
  return cause === 'confirmation' && nothingNew && noMembers;
}
