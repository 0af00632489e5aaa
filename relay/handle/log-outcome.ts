import type { Outcome } from '../../shared/domain/index.ts';
import type { Level, Log } from '../log.ts';

const levels: Readonly<Record<Outcome['result'], Level>> = {
  applied: 'info',
  unchanged: 'info',
  inspected: 'info',
  staged: 'info',
  held: 'warn',
  refused: 'warn',
  failed: 'error',
};

/** One event per intent, `intent.applied` and so on: which object, how much, how long. No values. */
export function logOutcome(log: Log, outcome: Outcome): void {
  const { result, object, failure, times } = outcome;
  const ms = (from: string, to: string): number => Date.parse(to) - Date.parse(from);
  log(
    `intent.${result}`,
    {
      kind: object.kind,
      id: object.id,
      name: outcome.displayName,
      intentId: outcome.intentId,
      cause: outcome.cause,
      operations: outcome.plan.operations.map(({ op }) => op).join(' '),
      membersAdded: outcome.membersAdded,
      membersRemoved: outcome.membersRemoved,
      leftOut: outcome.leftOut.length,
      violations: outcome.violations.map(({ code }) => code).join(' '),
      ...(outcome.hold && { holdId: outcome.hold.holdId, hold: outcome.hold.state }),
      ...(failure && { code: failure.code, message: failure.message, needs: failure.needs }),
      relayMs: ms(times.startedAt, times.finishedAt),
      totalMs: ms(times.receivedAt, times.finishedAt),
    },
    levels[result],
  );
}
