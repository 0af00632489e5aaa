import { type Change, type Moment, momentOf, type ReadFailure } from '../../domain/index.ts';
import type { ObjectState, ObjectStates } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';
import { retryDelayMs } from './backoff.ts';

export type AgainDeps = Surroundings & { readonly states: Pick<ObjectStates, 'update'> };

/**
 * Whether a further look at the object is due already, before or little after the one that would be
 * asked for: then that one does for both. Without this, an object that fails for hours would be looked
 * at by more and more messages, since each try can be followed by several reasons for the next.
 */
export function isAwaited({ nextAttemptAt }: ObjectState, delayMs: number, now: Date): boolean {
  if (nextAttemptAt === undefined) return false;
  const leftMs = Date.parse(nextAttemptAt) - now.getTime();
  return leftMs > 0 && leftMs <= 2 * delayMs;
}

/**
 * What is awaited once this change has arrived. It is known by its time and not by the clock: Service
 * Bus may hand it out before our clock says so, and then it must not be taken for one yet to come.
 */
export const stillAwaited = ({ dueAt }: Change, { nextAttemptAt }: ObjectState): Moment | undefined =>
  nextAttemptAt === dueAt ? undefined : nextAttemptAt;

/** Sends a change for later, and remembers when it is due. */
export async function scheduleLook(
  change: Change,
  delayMs: number,
  traceparent: string,
  deps: AgainDeps,
): Promise<void> {
  const due = new Date(deps.now().getTime() + delayMs);
  await sendAt(due, { ...change, dueAt: momentOf(due) }, traceparent, deps);
  const sooner = (other: Moment | undefined): boolean =>
    other !== undefined && Date.parse(other) > deps.now().getTime() && Date.parse(other) < due.getTime();
  await deps.states.update(change, (state) =>
    sooner(stillAwaited(change, state)) ? state : { ...state, nextAttemptAt: momentOf(due) },
  );
}

/** Tries a change again later, and says why. */
export async function defer(
  change: Change,
  failure: ReadFailure | undefined,
  traceparent: string,
  deps: AgainDeps,
): Promise<void> {
  const { kind, id, cause, attempt } = change;
  const delayMs = retryDelayMs(attempt, deps.random(), failure?.retryAfterMs);
  await scheduleLook(copyOf(change), delayMs, traceparent, deps);
  const message = failure?.message ?? 'Graph does not know the object yet.';
  const fields = { kind, id, cause, attempt, delayMs, code: failure?.code, message };
  deps.log('change.deferred', fields, failure ? 'warn' : 'info');
}

/** The same change once more. The delta waits in the state and is not carried twice. */
export function copyOf(change: Change): Change {
  const membership = change.membership.read === 'delta' ? ({ read: 'none' } as const) : change.membership;
  return { ...change, membership, cause: 'retry', attempt: change.attempt + 1 };
}

export const sendAt = (
  notBefore: Date,
  body: Change,
  traceparent: string,
  { bus }: Pick<Surroundings, 'bus'>,
): Promise<void> => bus.send('changes', [{ body }], { notBefore, traceparent });
