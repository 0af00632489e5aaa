import type { ObjectKind } from '../../domain/index.ts';
import { secondsSince } from '../seconds-since.ts';
import { isAnswered, progressOf, type Round, type Sweep, type SweepStates } from '../sweep/index.ts';

type SweepState = Awaited<ReturnType<SweepStates['load']>>;

/** How far the sweep of a kind is, and how the last one ended, as the status shows it. */
export const sweepStatus = (
  kind: ObjectKind | undefined,
  { running, last }: SweepState,
  now: Date,
  objectsPerSecond: number,
) => ({
  kind,
  running: running
    ? {
        ...common(running),
        phase: running.phase,
        full: running.full,
        secondsSinceStart: secondsSince(running.startedAt, now),
        ...progressOf(running, now, objectsPerSecond),
      }
    : null,
  last: last
    ? {
        ...common(last),
        secondsSinceEnd: secondsSince(last.finishedAt, now),
        /** The relay may answer for a while after the list is over. */
        answered: isAnswered(last),
      }
    : null,
});

function common(sweep: Sweep | Round) {
  const { id, why, report, listed, called, compared } = sweep;
  const { unanswerable, differing, unknown, orphans, doubled } = sweep;
  const answers = { unanswerable, differing, unknown, orphans, doubled };
  return { sweepId: id, why, report, listed, called, compared, ...answers };
}
