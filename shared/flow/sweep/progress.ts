import type { Sweep } from './sweep-state.ts';

/** How far a sweep is. */
export type Progress = {
  /** A slice is done; the next one begins within the hour. */
  readonly paused: boolean;
  /** All objects of the kind; null while nobody has counted them. */
  readonly total: number | null;
  /** Objects that are done with: nothing was to be done, or they are compared or called. */
  readonly done: number;
  readonly percent: number | null;
  /** Null for what goes by the hour, and while nothing is done. */
  readonly objectsPerSecond: number | null;
  readonly secondsLeft: number | null;
};

/**
 * How far a sweep is at a time. The objects of a page that are called are sent at a steady pace; those
 * whose turn has not come are not done. As the next page waits until this one has been evaluated, that
 * is right to within a page.
 */
export function progressOf(sweep: Sweep, now: Date, pace: number): Progress {
  const { phase, listed, pagesLeft, startedAt } = sweep;
  const done = listed - notYetDue(sweep, now, pace);
  const total = sweep.total === undefined ? null : Math.max(sweep.total, listed);
  const isCounted = phase !== 'counting' && total !== null && total > 0;
  const seconds = (now.getTime() - Date.parse(startedAt)) / 1000;
  const rate = pagesLeft === undefined && done > 0 && seconds > 0 ? done / seconds : null;
  return {
    paused: pagesLeft === 0,
    total,
    done,
    percent: isCounted ? Math.floor((100 * done) / total) : null,
    objectsPerSecond: rate === null ? null : Math.round(rate * 10) / 10,
    secondsLeft: isCounted && rate !== null ? Math.ceil((total - done) / rate) : null,
  };
}

function notYetDue({ waitsFor }: Sweep, now: Date, pace: number): number {
  if (waitsFor?.calls === undefined) return 0;
  const due = Math.ceil(((now.getTime() - Date.parse(waitsFor.since)) / 1000) * pace);
  return Math.max(0, waitsFor.calls - Math.max(0, due));
}
