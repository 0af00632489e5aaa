import type { ObjectRef, Outcome } from '../../shared/domain/index.ts';
import { sessionOf } from '../../shared/domain/index.ts';

/** Counts of outcomes since the start, and the last trouble of each object. */
export type Status = {
  note(outcome: Outcome): void;
  noteRejected(): void;
  queueState(state: QueueState): void;
  snapshot(): StatusSnapshot;
};

export type QueueState =
  | { readonly state: 'starting' | 'up' }
  | { readonly state: 'down'; readonly since: string; readonly message: string };

export type StatusSnapshot = {
  readonly queue: QueueState;
  readonly counts: Readonly<Record<string, number>>;
  readonly lastErrors: readonly LastError[];
};

type LastError = {
  readonly object: ObjectRef;
  readonly code: string;
  readonly message: string;
  readonly at: string;
};

/** So many objects in trouble are remembered; the oldest trouble is forgotten first. */
const mostErrors = 200;

export function createStatus(): Status {
  let queue: QueueState = { state: 'starting' };
  const counts = new Map<string, number>();
  const errors = new Map<string, LastError>();
  const count = (name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  return {
    note(outcome) {
      count(outcome.result);
      const key = sessionOf(outcome.object);
      errors.delete(key);
      if (!outcome.failure || outcome.failure.needs === 'completeMembership') return;
      const { code, message } = outcome.failure;
      errors.set(key, { object: outcome.object, code, message, at: outcome.times.finishedAt });
      const [oldest] = errors.keys();
      if (errors.size > mostErrors && oldest !== undefined) errors.delete(oldest);
    },
    noteRejected: () => count('rejected'),
    queueState(state) {
      queue = state;
    },
    snapshot: () => ({ queue, counts: Object.fromEntries(counts), lastErrors: [...errors.values()] }),
  };
}
