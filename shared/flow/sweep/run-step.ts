import type { SweepStep } from '../../bus/index.ts';
import {
  type Change,
  type CompareRequest,
  type Moment,
  momentOf,
  type ObjectKind,
  type ReadFailure,
} from '../../domain/index.ts';
import type { Graph, ObjectPage } from '../../graph/index.ts';
import { requirements } from '../../policy/index.ts';
import { retryDelayMs } from '../evaluate/backoff.ts';
import { recentMs } from '../evaluate/membership-history.ts';
import { logAnswered } from './answered.ts';
import { withAnswersOf } from './answers.ts';
import { compareRequests } from './compare.ts';
import { extensionsOf, isWritten } from './is-written.ts';
import type { Look } from './look-at.ts';
import { lookAtPage, type PageDeps } from './look-at-page.ts';
import { progressOf } from './progress.ts';
import { type StartDeps, sendStep } from './start-sweep.ts';
import type { Round, Sweep } from './sweep-state.ts';

export type StepDeps = StartDeps &
  PageDeps & {
    readonly graph: Pick<Graph, 'listObjects'>;
    /** Pace: so many objects a second go to a full evaluation. */
    readonly objectsPerSecond: number;
    /** The resynchronisation that began at this time is over. */
    readonly synchronised: (kind: ObjectKind, since: Moment) => Promise<void>;
    /** Tells people that the list cannot be read, or (undefined) that it can again. */
    readonly sweepTrouble: (kind: ObjectKind, why: ReadFailure | undefined) => Promise<void>;
  };

/** How long the next page waits for the last one to be evaluated, looking this often. */
const patience = { forMs: 120_000, everyMs: 2000 } as const;

/**
 * One step of a sweep: one page of the list. The state is saved after each page, and a step that is
 * not the next one is dropped, so a sweep goes on where it was interrupted, and twice the same step
 * counts once. The next page waits until this one has been evaluated, at a steady pace: live changes
 * never stand behind more than a page.
 */
export async function runStep(step: SweepStep, traceparent: string, deps: StepDeps): Promise<void> {
  const { kind, attempt } = step;
  const { running } = await deps.sweepStates.load(kind);
  if (!running || running.id !== step.sweepId || running.step !== step.step) {
    return deps.log('sweep.staleStep', { kind, sweepId: step.sweepId, step: step.step }, 'debug');
  }
  const policy = await deps.policy();
  if (!isWritten(kind, policy)) return finish(kind, running, deps);
  if (running.pagesLeft === 0) return;
  if (await stillWaits(running, deps)) {
    const notBefore = new Date(deps.now().getTime() + patience.everyMs);
    return sendStep(kind, running, notBefore, traceparent, deps);
  }
  if (running.phase === 'closing') return close(kind, running, traceparent, deps);
  const read = await readPage(kind, running, extensionsOf(kind, requirements(policy)), deps);
  if ('failed' in read) return tryAgain(kind, running, read.failed, attempt, traceparent, deps);
  await deps.sweepTrouble(kind, undefined);
  for (const message of read.refused) deps.log('sweep.itemRefused', { kind, message }, 'warn');
  if (running.phase === 'counting') return goOn(kind, counted(running, read), 0, traceparent, deps);

  const looks = await lookAtPage(kind, read.snapshots, running, policy, deps);
  if ('failed' in looks) return tryAgain(kind, running, looks.failed, attempt, traceparent, deps);
  const { calls, compared, left } = sorted(looks.looks, running, deps);
  const requests = compareRequests({ id: running.id, kind, askedAt: momentOf(deps.now()) }, compared);
  const sentAt = await sendPage(calls, requests, traceparent, deps);
  const last = calls.at(-1);
  const next: Sweep = {
    ...passed(running, read),
    listed: running.listed + read.snapshots.length,
    called: running.called + calls.length + left,
    compared: running.compared + compared.length,
    asked: running.asked + requests.length,
    ...(last && {
      waitsFor: {
        object: { kind: last.kind, id: last.id },
        since: last.receivedAt,
        calls: calls.length,
      },
    }),
  };
  if (read.next !== null) return goOn(kind, next, sentAt, traceparent, deps);
  const { pagesLeft: _all, ...closing } = next;
  return goOn(kind, { ...closing, phase: 'closing' }, sentAt, traceparent, deps);
}

/** Everything in the list is done with; what AD has besides, the relay says. */
async function close(kind: ObjectKind, sweep: Sweep, traceparent: string, deps: StepDeps): Promise<void> {
  logProgress(kind, sweep, deps);
  const askedAt = momentOf(deps.now());
  const body = { type: 'compare', ask: 'marked', sweepId: sweep.id, kind, askedAt } as const;
  await deps.bus.send('intents', [{ body }], { traceparent });
  await finish(kind, sweep, deps);
}

/** Whether the last object that was called has yet to be evaluated. One that cannot be is not waited for without end. */
async function stillWaits({ waitsFor }: Sweep, deps: StepDeps): Promise<boolean> {
  if (!waitsFor) return false;
  const { evaluatedAt } = await deps.states.load(waitsFor.object);
  if (evaluatedAt && Date.parse(evaluatedAt) >= Date.parse(waitsFor.since)) return false;
  return deps.now().getTime() - Date.parse(waitsFor.since) < patience.forMs;
}

async function readPage(
  kind: ObjectKind,
  { next }: Sweep,
  extensions: readonly string[],
  deps: StepDeps,
): Promise<ObjectPage | { readonly failed: ReadFailure }> {
  for await (const page of deps.graph.listObjects(kind, { extensions, ...(next && { from: next }) })) {
    return page;
  }
  return {
    failed: { code: 'LIST_CUT_SHORT', message: `Graph gave no page of its ${kind}s.`, retry: 'later' },
  };
}

/** What of a page is evaluated and what the relay compares; the rest is as it was. */
function sorted(looks: readonly Look[], sweep: Sweep, deps: StepDeps) {
  const isFast = (one: Look): boolean => one.look === 'call' && one.lane === 'fast';
  const inOrder = [...looks.filter(isFast), ...looks.filter((one) => !isFast(one))];
  const calls = inOrder.flatMap((one) => (one.look === 'call' ? [one.change] : []));
  const compared = looks.flatMap((one) => (one.look === 'compare' ? [one.compared] : []));
  if (!sweep.report) return { calls, compared, left: 0 };
  for (const { kind, id, cause } of calls) deps.log('sweep.needsEvaluation', { kind, id, cause });
  return { calls: [], compared, left: calls.length };
}

/** Sends what a page led to, at the pace. Answers how long that takes, in milliseconds. */
async function sendPage(
  calls: readonly Change[],
  requests: readonly CompareRequest[],
  traceparent: string,
  deps: StepDeps,
): Promise<number> {
  const started = deps.now().getTime();
  await deps.bus.send(
    'intents',
    requests.map((body) => ({ body })),
    { traceparent },
  );
  const slice = Math.max(1, Math.ceil(deps.objectsPerSecond));
  for (let from = 0; from < calls.length; from += slice) {
    const together = calls.slice(from, from + slice).map((body) => ({ body }));
    const delayMs = (from / deps.objectsPerSecond) * 1000;
    const later = delayMs > 0 && { notBefore: new Date(started + delayMs) };
    await deps.bus.send('changes', together, { traceparent, ...later });
  }
  return (calls.length / deps.objectsPerSecond) * 1000;
}

function counted(sweep: Sweep, page: ObjectPage): Sweep {
  const total = (sweep.total ?? 0) + page.snapshots.length;
  if (page.next !== null) return { ...sweep, step: sweep.step + 1, next: page.next, total };
  const { next: _end, ...rest } = sweep;
  return { ...rest, phase: 'looking', step: sweep.step + 1, total };
}

function passed(sweep: Sweep, page: ObjectPage): Sweep {
  const { next: _before, waitsFor: _waited, pagesLeft, ...rest } = sweep;
  return {
    ...rest,
    step: sweep.step + 1,
    pages: sweep.pages + 1,
    ...(page.next !== null && { next: page.next }),
    ...(pagesLeft !== undefined && { pagesLeft: pagesLeft - 1 }),
  };
}

/** Saves where the sweep stands, then rings for its next step. */
async function goOn(
  kind: ObjectKind,
  next: Sweep,
  afterMs: number,
  traceparent: string,
  deps: StepDeps,
): Promise<void> {
  const due = new Date(deps.now().getTime() + afterMs);
  const running = { ...next, touchedAt: momentOf(due) };
  const saved = await save(kind, running, deps);
  if (saved === undefined) return;
  logProgress(kind, saved, deps);
  if (running.pagesLeft === 0) return;
  await sendStep(kind, running, afterMs > 0 ? due : undefined, traceparent, deps);
}

/** Saves it, unless another has taken its place. The relay may have answered since this step began. */
async function save(kind: ObjectKind, sweep: Sweep, { sweepStates }: StepDeps): Promise<Sweep | undefined> {
  const { running } = await sweepStates.update(kind, (state) =>
    state.running?.id === sweep.id ? { ...state, running: withAnswersOf(sweep, state.running) } : state,
  );
  return running?.id === sweep.id ? running : undefined;
}

async function finish(kind: ObjectKind, sweep: Sweep, deps: StepDeps): Promise<void> {
  const { id, why, startedAt } = sweep;
  const finishedAt = momentOf(deps.now());
  const { resyncSince } = await deps.sweepStates.load(kind);
  if (resyncSince !== undefined) await deps.synchronised(kind, resyncSince);
  const isStart = why === 'firstSynchronisation' || why === 'reset';
  const secondLookAt = momentOf(new Date(Date.parse(resyncSince ?? startedAt) + recentMs));
  const ended = await deps.sweepStates.update(kind, ({ running, ...rest }) =>
    running?.id === id
      ? { ...rest, last: roundOf(running, finishedAt), ...(isStart && { secondLookAt }) }
      : { ...rest, ...(running && { running }) },
  );
  const { listed, pages, called } = sweep;
  deps.log('sweep.finished', { kind, sweepId: id, why, listed, pages, called });
  // A relay may have answered the last question before this was noted.
  logAnswered(kind, id, ended, deps);
}

function roundOf(sweep: Sweep, finishedAt: Moment): Round {
  const { id, why, report, startedAt, listed, pages, called, compared } = sweep;
  const { asked, answered, unanswerable, differing, unknown, orphans, doubled, markersRead } = sweep;
  const looked = { listed, pages, called, compared };
  const answers = { asked, answered, unanswerable, differing, unknown, orphans, doubled, markersRead };
  return { id, why, report, startedAt, finishedAt, ...looked, ...answers };
}

function logProgress(kind: ObjectKind, sweep: Sweep, deps: StepDeps): void {
  const { id: sweepId, why, phase, listed, called, compared, differing } = sweep;
  const progress = progressOf(sweep, deps.now(), deps.objectsPerSecond);
  deps.log('sweep.progress', { kind, sweepId, why, phase, listed, called, compared, differing, ...progress });
}

/** The page is read again later. A link that Graph takes no more is of no use: the list begins anew. */
async function tryAgain(
  kind: ObjectKind,
  sweep: Sweep,
  why: ReadFailure,
  attempt: number,
  traceparent: string,
  deps: StepDeps,
): Promise<void> {
  const delayMs = retryDelayMs(attempt, deps.random(), why.retryAfterMs);
  const due = new Date(deps.now().getTime() + delayMs);
  const forgotten = why.retry === 'never' && sweep.next !== undefined;
  const { next: _forgotten, ...beginning } = sweep;
  const from: Sweep = forgotten ? { ...beginning, listed: 0, phase: 'looking' } : sweep;
  await deps.sweepTrouble(kind, why);
  const running = { ...from, touchedAt: momentOf(due) };
  await save(kind, running, deps);
  deps.log(
    'sweep.deferred',
    { kind, sweepId: sweep.id, code: why.code, message: why.message, delayMs },
    'warn',
  );
  await sendStep(kind, running, due, traceparent, deps, attempt + 1);
}
