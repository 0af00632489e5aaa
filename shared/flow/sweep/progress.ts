import type { Feed } from '../../bus/index.ts';
import type { ObjectStates } from '../../state/index.ts';
import { kindOfFeed } from '../drain-feed.ts';
import type { SweepCause, SweepStates } from './sweep-state.ts';

export type ProgressDeps = {
  readonly sweepStates: SweepStates;
  readonly states: Pick<ObjectStates, 'list'>;
  readonly now: () => Date;
};

/** How far a sweep is. */
export type Progress = {
  readonly sweepId: string;
  readonly why: SweepCause;
  readonly phase: 'counting' | 'looking' | 'closing';
  readonly startedAt: string;
  /** A slice is done; the next one begins within the hour. */
  readonly paused: boolean;
  /** All objects of the kind; null while nobody has counted them. */
  readonly total: number | null;
  /** Objects that are looked at to the end. */
  readonly done: number;
  /** Of these, sent to a full evaluation and to a comparison with AD. */
  readonly called: number;
  readonly compared: number;
  readonly differing: number;
  readonly percent: number | null;
  readonly objectsPerSecond: number | null;
  readonly secondsLeft: number | null;
};

/** How far the sweep of a feed's kind is; null where none runs. Counts what was evaluated, not what was asked for. */
export async function readProgress(feed: Feed, deps: ProgressDeps): Promise<Progress | null> {
  const kind = kindOfFeed[feed];
  const { running } = await deps.sweepStates.load(kind);
  if (!running) return null;
  const startedAt = Date.parse(running.startedAt);
  let evaluated = 0;
  if (running.called > 0) {
    for await (const { state } of deps.states.list(kind)) {
      if (state.evaluatedAt && Date.parse(state.evaluatedAt) >= startedAt) evaluated += 1;
    }
  }
  const { listed, called, compared, differing, phase } = running;
  const done = listed - called + Math.min(called, evaluated);
  const total = running.total === undefined ? null : Math.max(running.total, listed);
  const seconds = (deps.now().getTime() - startedAt) / 1000;
  const paused = running.pagesLeft === 0;
  const rate = done > 0 && seconds > 0 && !paused ? done / seconds : null;
  const counted = phase !== 'counting' && total !== null && total > 0;
  return {
    sweepId: running.id,
    why: running.why,
    phase,
    startedAt: running.startedAt,
    paused,
    total,
    done,
    called,
    compared,
    differing,
    percent: counted ? Math.floor((100 * done) / total) : null,
    objectsPerSecond: rate === null ? null : Math.round(rate * 10) / 10,
    secondsLeft: counted && rate !== null ? Math.ceil((total - done) / rate) : null,
  };
}
