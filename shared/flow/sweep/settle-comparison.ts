import {
  type Change,
  type Comparison,
  type EntraId,
  momentOf,
  type ObjectKind,
  violationCodes,
} from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import type { ObjectState, ObjectStates } from '../../state/index.ts';
import { openViolation, type ReportDeps } from '../settle/report-violations.ts';
import { logAnswered } from './answered.ts';
import { type Answers, withAnswer } from './answers.ts';
import type { StartDeps } from './start-sweep.ts';
import { type Round, type Sweep, sweepOf } from './sweep-state.ts';

export type ComparisonDeps = StartDeps &
  ReportDeps & {
    readonly graph: Pick<Graph, 'readObject'>;
    readonly states: Pick<ObjectStates, 'load' | 'update'>;
  };

type Differing = Extract<Comparison, { ask: 'objects' }>['differing'][number];

/**
 * Takes an answer of the relay. What differs is evaluated completely, and only then repaired or
 * reported, as the policy says; a sweep that only reports opens a violation instead. Nothing is ever
 * removed on the strength of a comparison.
 */
export async function settleComparison(
  answer: Comparison,
  traceparent: string,
  deps: ComparisonDeps,
): Promise<void> {
  const { kind, sweepId, failure } = answer;
  if (answer.ask === 'marked' && !failure) return settleMarked(answer, traceparent, deps);
  const sweep = sweepOf(await deps.sweepStates.load(kind), sweepId);
  // Another sweep has taken its place, and looks at the same objects itself.
  if (!sweep) return deps.log('sweep.staleAnswer', { kind, sweepId }, 'debug');
  if (failure) {
    const { code, message } = failure;
    deps.log('sweep.notCompared', { kind, sweepId, code, message }, 'warn');
    const of = answer.ask === 'marked' ? { markersRead: true } : { answered: 1 };
    return count(kind, sweepId, { unanswerable: 1, ...of }, deps);
  }
  if (answer.ask === 'marked') return;
  const { differing, compared } = answer;
  let unknown = 0;
  for (const one of differing) {
    const isKnown = await isDifference(kind, one, deps);
    if (!isKnown) unknown += 1;
    if (one.members !== undefined) await keepMembers(kind, one.id, one.members, deps);
    if (isKnown) deps.log('sweep.difference', { kind, id: one.id, differs: one.differs });
    if (isKnown && sweep.report) await reportDrift(kind, one.id, one.differs, traceparent, deps);
  }
  const ids = differing.map(({ id }) => id);
  if (!sweep.report) await call(kind, ids, traceparent, deps);
  await count(kind, sweepId, { answered: 1, differing: differing.length - unknown, unknown }, deps);
  deps.log('sweep.compared', { kind, sweepId, compared, differing: differing.length - unknown, unknown });
}

/**
 * Members differ only from those that a complete read has verified. Where none has yet, nobody knows:
 * one follows, and it tells.
 */
async function isDifference(kind: ObjectKind, one: Differing, deps: ComparisonDeps): Promise<boolean> {
  if (one.differs !== 'members') return true;
  const { adMembers } = await deps.states.load({ kind, id: one.id });
  return adMembers?.verified === true;
}

/** Adds to what the sweep has been answered so far. */
async function count(
  kind: ObjectKind,
  id: string,
  more: Partial<Answers>,
  deps: ComparisonDeps,
): Promise<void> {
  const counted = <T extends Answers & { readonly id: string }>(one: T): T =>
    one.id === id ? withAnswer(one, more) : one;
  const states = await deps.sweepStates.update(kind, ({ running, last, ...rest }) => ({
    ...rest,
    ...(running && { running: counted(running) }),
    ...(last && { last: counted(last) }),
  }));
  logAnswered(kind, id, states, deps);
}

/** What the members hashed to, to be verified by the complete read that follows. */
async function keepMembers(kind: ObjectKind, id: EntraId, hash: string, deps: ComparisonDeps): Promise<void> {
  await deps.states.update({ kind, id }, (state) => ({ ...state, adMembers: { hash, verified: false } }));
}

/** Asks for a complete look at these objects. */
async function call(
  kind: ObjectKind,
  ids: readonly EntraId[],
  traceparent: string,
  deps: ComparisonDeps,
): Promise<void> {
  const receivedAt = momentOf(deps.now());
  const changes = ids.map(
    (id): Change => ({
      kind,
      id,
      cause: 'sweep',
      membership: kind === 'group' ? { read: 'complete' } : { read: 'none' },
      receivedAt,
      attempt: 0,
    }),
  );
  await deps.bus.send(
    'changes',
    changes.map((body) => ({ body })),
    { traceparent },
  );
}

async function reportDrift(
  kind: ObjectKind,
  id: EntraId,
  differs: string,
  traceparent: string,
  deps: ComparisonDeps,
): Promise<void> {
  const { displayName = id } = await deps.states.load({ kind, id });
  const { severity, remedy } = violationCodes.DRIFT_REPORTED;
  await openViolation(
    {
      code: 'DRIFT_REPORTED',
      severity,
      remedy,
      about: { kind, id },
      subject: displayName,
      message: `AD differs from the desired state (${differs}); the sweep was asked only to report it.`,
      at: momentOf(deps.now()),
      details: { differs },
    },
    traceparent,
    deps,
  );
}

/**
 * What carries our marker in AD. Objects that the sweep met in Graph's list, or whose end in the cloud
 * is known, are accounted for; each other one is looked for in Graph.
 */
async function settleMarked(
  { kind, sweepId, ids, doubled, last }: Extract<Comparison, { ask: 'marked' }>,
  traceparent: string,
  deps: ComparisonDeps,
): Promise<void> {
  const sweep = sweepOf(await deps.sweepStates.load(kind), sweepId);
  if (!sweep) return deps.log('sweep.staleAnswer', { kind, sweepId }, 'debug');
  const toCall: EntraId[] = [...doubled];
  let orphans = 0;
  for (const id of new Set(ids)) {
    const state = await deps.states.load({ kind, id });
    if (isAccountedFor(state, sweep)) continue;
    const read = await deps.graph.readObject({ kind, id });
    if (read.outcome !== 'complete') {
      deps.log('sweep.notFoundOut', { kind, id, message: read.why.message }, 'warn');
    } else if (endOf[read.value.presence] === (state.lastDecision?.reason ?? null)) {
      // It may stay by the policy; what is to go is looked at until it is gone.
      if (isToGo(state, sweep)) toCall.push(id);
    } else if (read.value.presence !== 'notFound') {
      toCall.push(id);
    } else {
      orphans += 1;
      await reportOrphan(kind, id, state, traceparent, deps);
    }
  }
  // The marker decides ownership: what carries it was written, whether or not the state remembers.
  for (const id of toCall) await deps.states.update({ kind, id }, (state) => ({ ...state, written: true }));
  if (!sweep.report) await call(kind, [...new Set(toCall)], traceparent, deps);
  await count(kind, sweepId, { orphans, doubled: doubled.length, markersRead: last }, deps);
  deps.log('sweep.marked', { kind, sweepId, marked: ids.length, doubled: doubled.length, orphans });
}

type Asked = Pick<Sweep | Round, 'startedAt' | 'why'>;

/** The sweep met it in the list, or it stays in AD although it is gone for good. */
function isAccountedFor(state: ObjectState, sweep: Asked): boolean {
  const { listedAt, lastDecision } = state;
  if (lastDecision?.reason === 'HARD_DELETED') return !isToGo(state, sweep);
  if (lastDecision === undefined || listedAt === undefined) return false;
  return Date.parse(listedAt) >= Date.parse(sweep.startedAt);
}

/** Another policy may let go what the one before kept. */
const isToGo = ({ lastDecision }: ObjectState, { why }: Asked): boolean =>
  lastDecision?.outcome === 'remove' || why === 'policy';

/** What is decided of an object that is there no more. */
const endOf = { present: undefined, softDeleted: 'SOFT_DELETED', notFound: 'HARD_DELETED' } as const;

/** An orphan is told, never removed: that it cannot be found is no proof that it was deleted. */
async function reportOrphan(
  kind: ObjectKind,
  id: EntraId,
  { displayName = id, dn }: ObjectState,
  traceparent: string,
  deps: ComparisonDeps,
): Promise<void> {
  const { severity, remedy } = violationCodes.ORPHAN;
  const where = dn ? ` (${dn})` : '';
  await openViolation(
    {
      code: 'ORPHAN',
      severity,
      remedy,
      about: { kind, id },
      subject: displayName,
      message: `AD has an object with the marker of ${kind} ${id}${where}, which is neither in the tenant nor in its recycle bin.`,
      at: momentOf(deps.now()),
      details: {},
    },
    traceparent,
    deps,
  );
  await deps.states.update({ kind, id }, (state) => ({
    ...state,
    violations: [...new Set([...state.violations, 'ORPHAN' as const])].sort(),
  }));
}
