import { span } from './terminal.ts';

type Found = {
  readonly sweepId: string;
  readonly why: string;
  readonly report: boolean;
  readonly listed: number;
  readonly called: number;
  readonly compared: number;
  readonly unanswerable: number;
  readonly differing: number;
  readonly unknown: number;
  readonly orphans: number;
  readonly doubled: number;
};

/** A sweep on its way, as `GET /api/status` tells it. */
export type RunningSweep = Found & {
  readonly phase: string;
  readonly paused: boolean;
  readonly total: number | null;
  readonly done: number;
  readonly percent: number | null;
  readonly objectsPerSecond: number | null;
  readonly secondsLeft: number | null;
};

/** How the last sweep ended. `answered`: the relay has answered everything that it was asked. */
export type LastSweep = Found & { readonly secondsSinceEnd: number; readonly answered: boolean };

/** How far it is: `firstSynchronisation: 72 %, 720 of 1000, 48 a second, 6 s left`. */
export function runningText(sweep: RunningSweep): string {
  const { why, phase, paused, percent, done, total, objectsPerSecond, secondsLeft } = sweep;
  if (phase === 'counting') return `${why}: counting, ${total ?? 0} so far`;
  const parts = [
    ...(percent === null ? [] : [`${percent} %`]),
    total === null ? `${done} done` : `${done} of ${total}`,
    ...(objectsPerSecond === null ? [] : [`${objectsPerSecond} a second`]),
    ...(secondsLeft === null ? [] : [`${span(secondsLeft)} left`]),
    ...(paused ? ['goes on within the hour'] : []),
    ...foundOf(sweep),
  ];
  return `${why}: ${parts.join(', ')}`;
}

/** What it came to: `300 looked at, 2 evaluated, 3 differ from AD, 1 orphan`. */
export function lastText(sweep: LastSweep): string {
  const { listed, called, report, answered } = sweep;
  const parts = [
    `${listed} looked at`,
    ...(report && called === 0
      ? []
      : [`${called} ${report ? 'need a full evaluation to tell' : 'evaluated'}`]),
    ...foundOf(sweep),
    ...(answered ? [] : ['the relay has not answered everything']),
  ];
  return parts.join(', ');
}

const foundOf = ({ report, differing, orphans, doubled, unanswerable }: Found): readonly string[] =>
  [
    [differing, report ? 'differ from AD' : 'differed from AD'],
    [orphans, orphans === 1 ? 'orphan' : 'orphans'],
    [doubled, doubled === 1 ? 'marker on two objects' : 'markers on two objects'],
    [unanswerable, 'times AD could not be read'],
  ].flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
