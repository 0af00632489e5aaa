import type { SweepStep } from '../../bus/index.ts';
import { type Moment, momentOf, type ObjectKind } from '../../domain/index.ts';
import type { Policy } from '../../policy/index.ts';
import type { Surroundings } from '../ports.ts';
import { nothingAnswered } from './answers.ts';
import { isWritten } from './is-written.ts';
import type { Sweep, SweepCause, SweepState, SweepStates } from './sweep-state.ts';

export type StartDeps = Surroundings & {
  readonly sweepStates: SweepStates;
  readonly policy: () => Promise<Policy>;
};

export type SweepWish = {
  readonly why: SweepCause;
  readonly full?: boolean;
  readonly report?: boolean;
  /** Looks at so many pages only, and waits for the next hour. */
  readonly pages?: number;
  /** Members that were last read before this time are read again. */
  readonly membersBefore?: Moment;
  /** The wish of a feed that starts over; repeating it begins nothing. */
  readonly since?: Moment;
};

export type Started = {
  readonly kind: ObjectKind;
  readonly result: 'started' | 'resumed' | 'running' | 'notWritten';
  readonly id: string | null;
};

/**
 * Begins to look at everything of a kind. There is one sweep per kind: a wish that the running one
 * fulfils anyway begins nothing; any other takes its place from the beginning, as what was looked at
 * before may be out of date. A scheduled wish goes on where the last slice ended.
 */
export async function startSweep(
  kind: ObjectKind,
  wish: SweepWish,
  traceparent: string,
  deps: StartDeps,
): Promise<Started> {
  if (!isWritten(kind, await deps.policy())) return { kind, result: 'notWritten', id: null };
  const id = deps.newId();
  const now = momentOf(deps.now());
  const results: Started['result'][] = [];
  const { running } = await deps.sweepStates.update(kind, (before) => {
    const result = resultOf(before, wish);
    results.push(result);
    if (result === 'running') return before;
    const next = result === 'resumed' ? resumed(before, wish, now) : fresh(id, before, wish, now);
    return { ...before, ...(next && { running: next }), ...(wish.since && { resyncSince: wish.since }) };
  });
  const result = results.at(-1) ?? 'running';
  if (running && result !== 'running') {
    deps.log('sweep.started', { kind, sweepId: running.id, why: wish.why, result });
    await sendStep(kind, running, undefined, traceparent, deps);
  }
  return { kind, result, id: running?.id ?? null };
}

function resultOf(before: SweepState, wish: SweepWish): Started['result'] {
  if (isKnown(before, wish)) return 'running';
  return before.running?.pagesLeft === 0 && wish.why === 'schedule' ? 'resumed' : 'started';
}

/** These leave out nothing, and nothing smaller may take their place. */
const complete: ReadonlySet<SweepCause> = new Set(['firstSynchronisation', 'reset', 'policy']);

/** Whether what runs, or what ran, fulfils the wish. */
function isKnown({ running, resyncSince }: SweepState, wish: SweepWish): boolean {
  if (wish.since !== undefined) return resyncSince === wish.since;
  if (!running || wish.why === 'policy') return false;
  if (complete.has(running.why)) return true;
  const waits = running.pagesLeft === 0;
  if (wish.why === 'schedule') return !waits;
  const covers = running.pagesLeft === undefined && (running.full || !wish.full);
  return covers && running.report === (wish.report ?? false);
}

function fresh(id: string, { last }: SweepState, wish: SweepWish, now: Moment): Sweep {
  const isNew = wish.why === 'firstSynchronisation';
  return {
    id,
    why: wish.why,
    startedAt: now,
    full: wish.full ?? false,
    report: wish.report ?? false,
    phase: isNew ? 'counting' : 'looking',
    step: 0,
    ...(!isNew && last && { total: last.listed }),
    listed: 0,
    pages: 0,
    called: 0,
    compared: 0,
    ...nothingAnswered,
    ...(wish.pages !== undefined && { pagesLeft: wish.pages }),
    ...(wish.membersBefore && { membersBefore: wish.membersBefore }),
    touchedAt: now,
  };
}

function resumed({ running }: SweepState, wish: SweepWish, now: Moment): Sweep | undefined {
  return running && { ...running, pagesLeft: wish.pages ?? 1, touchedAt: now };
}

/** Rings for the step that is next. Two messages for one step do no harm: the second is stale. */
export async function sendStep(
  kind: ObjectKind,
  sweep: Sweep,
  notBefore: Date | undefined,
  traceparent: string,
  deps: Pick<Surroundings, 'bus'>,
  attempt = 0,
): Promise<void> {
  const body: SweepStep = { type: 'sweep', kind, sweepId: sweep.id, step: sweep.step, attempt };
  await deps.bus.send('feeds', [{ body }], { traceparent, ...(notBefore && { notBefore }) });
}

/** A step that came this late is lost: with a crash between saving the state and sending it. */
const lostAfterMs = 5 * 60 * 1000;

/** Takes up a sweep whose next step was lost, and begins the second look when it is due. */
export async function reviveSweep(kind: ObjectKind, traceparent: string, deps: StartDeps): Promise<void> {
  const { running, secondLookAt } = await deps.sweepStates.load(kind);
  const waits = !running || running.pagesLeft === 0;
  if (waits && secondLookAt && Date.parse(secondLookAt) <= deps.now().getTime()) {
    const wish = { why: 'request', membersBefore: secondLookAt } as const;
    await startSweep(kind, wish, traceparent, deps);
    await deps.sweepStates.update(kind, ({ secondLookAt: _begun, ...state }) => state);
    return;
  }
  if (waits) return;
  if (deps.now().getTime() - Date.parse(running.touchedAt) < lostAfterMs) return;
  deps.log('sweep.revived', { kind, sweepId: running.id, step: running.step }, 'warn');
  await deps.sweepStates.update(kind, (state) =>
    state.running?.id === running.id
      ? { ...state, running: { ...state.running, touchedAt: momentOf(deps.now()) } }
      : state,
  );
  await sendStep(kind, running, undefined, traceparent, deps);
}
