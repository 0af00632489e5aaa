import type { Moment, Outcome } from '../../domain/index.ts';
import type { Latency } from '../../state/index.ts';

/** How long an outcome took, in all and stage by stage, in milliseconds. */
export function stagesOf({ times }: Pick<Outcome, 'times'>): Omit<Latency, 'at'> {
  const between = (from: Moment, to: Moment): number => Date.parse(to) - Date.parse(from);
  return {
    decideMs: between(times.receivedAt, times.decidedAt),
    queueMs: between(times.decidedAt, times.startedAt),
    writeMs: between(times.startedAt, times.finishedAt),
    totalMs: between(times.receivedAt, times.finishedAt),
  };
}

/** The latency of a change that Graph told us of and that has reached AD; sweeps and tries again have none. */
export function latencyOf(outcome: Outcome): Latency | undefined {
  const { result, cause, times } = outcome;
  const isLive = result === 'applied' && (cause === 'notification' || cause === 'feed');
  return isLive ? { at: times.finishedAt, ...stagesOf(outcome) } : undefined;
}
