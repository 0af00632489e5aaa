import { momentOf, type ObjectRef, type Outcome, parseMarker } from '../../domain/index.ts';
import type { AwaitedNames, ObjectStates } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';
import { callDependants } from './follow-up.ts';

export type AwaitedNamesDeps = Surroundings & {
  readonly awaitedNames: AwaitedNames;
  readonly states: Pick<ObjectStates, 'load'>;
};

/**
 * A name or an address that another object of ours has becomes free when that one is written otherwise or
 * ends: then whoever was kept from it is looked at again. So it does not matter in which order a name is
 * given up by one and taken by another.
 */
export async function settleNames(
  outcome: Outcome,
  traceparent: string,
  deps: AwaitedNamesDeps,
): Promise<void> {
  const { object, times } = outcome;
  const holders = holdersIn(outcome);
  for (const holder of holders) await deps.awaitedNames.add(object, holder, momentOf(deps.now()));
  const states = await Promise.all(holders.map((holder) => deps.states.load(holder)));
  // One that was written after the relay had looked has been settled, and calls nobody any more.
  const isOver = states.some(
    ({ lastOutcome }) =>
      lastOutcome?.result === 'applied' && Date.parse(lastOutcome.at) >= Date.parse(times.startedAt),
  );
  const waiting = mayHaveFreed(outcome) ? await Array.fromAsync(deps.awaitedNames.of(object)) : [];
  await callDependants([...(isOver ? [object] : []), ...waiting], traceparent, deps);
  for (const one of waiting) await deps.awaitedNames.remove(one, object);
}

/** The objects of ours that the relay names as those that have what this one should get. */
function holdersIn({ object, violations }: Outcome): readonly ObjectRef[] {
  const markers = violations.flatMap(({ code, details }) =>
    code === 'NAME_COLLISION' && typeof details.heldBy === 'string' ? [details.heldBy] : [],
  );
  return [...new Set(markers)].flatMap((marker) => {
    const holder = parseMarker(marker);
    return holder && holder.id !== object.id ? [holder] : [];
  });
}

/** Members and texts change all the time, and free no name. */
const mayHaveFreed = ({ result, plan }: Outcome): boolean =>
  result === 'applied' &&
  plan.operations.some(
    (one) =>
      one.op === 'move' ||
      one.op === 'delete' ||
      (one.op === 'modify' && Object.keys(one.replace).some((name) => names.has(name))),
  );

/** By which one object can be in the way of another (relay/plan/taken). */
const names: ReadonlySet<string> = new Set(['userPrincipalName', 'sAMAccountName', 'mail', 'proxyAddresses']);
