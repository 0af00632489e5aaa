import type { ObjectRef } from '../../domain/index.ts';
import type { Audit, AuditEntry, Incident, Incidents, ObjectState } from '../../state/index.ts';
import { type AttributeChange, changesOf } from '../evaluate/attribute-changes.ts';
import type { DecideDeps } from '../evaluate/decide-change.ts';
import { type EvaluationAnswer, evaluateOnDemand } from './evaluate-on-demand.ts';
import { type InspectDeps, type Inspection, inspect } from './inspect.ts';

export type StoryDeps = {
  readonly incidents: Pick<Incidents, 'find'>;
  readonly audit: Pick<Audit, 'queryObject'>;
};

/** What lists show of an object. */
export function summaryOf(object: ObjectRef, state: ObjectState) {
  const { displayName, written, dn, lastDecision, lastOutcome, leftOut, violations } = state;
  return {
    ...object,
    displayName: displayName ?? null,
    written,
    dn: dn ?? null,
    decision: lastDecision ?? null,
    outcome: lastOutcome ?? null,
    leftOutCount: leftOut.length,
    violationCodes: violations,
  };
}

/** All that is known of an object without asking Graph or AD. */
export async function storyOf(object: ObjectRef, state: ObjectState, deps: StoryDeps) {
  const [violations, decided, outcome] = await Promise.all([
    openViolations(object, state, deps),
    latest(object, 'decision.', deps),
    latest(object, 'outcome.', deps),
  ]);
  const trace = decided?.details.trace ?? null;
  return {
    ...summaryOf(object, state),
    guid: state.guid ?? null,
    sid: state.sid ?? null,
    evaluatedAt: state.evaluatedAt ?? null,
    outOfScopeSince: state.outOfScopeSince ?? null,
    waiting: { pending: state.pending, needs: state.needs ?? null, attempts: state.attempts },
    /** As it was when this decision was first made; `fresh=true` evaluates anew. */
    trace,
    lastOutcome: outcome ? { at: outcome.at, event: outcome.event, ...outcome.details } : null,
    leftOut: state.leftOut,
    violations,
  };
}

async function openViolations(
  object: ObjectRef,
  { violations }: ObjectState,
  { incidents }: StoryDeps,
): Promise<readonly Incident[]> {
  const open = await Promise.all(
    violations.map((code) => incidents.find(code, { about: object, subject: '' })),
  );
  return open.flatMap((incident) => (incident ? [incident] : []));
}

/** How far back the latest entry of a kind is looked for. */
const mostEntries = 50;

async function latest(object: ObjectRef, event: string, deps: StoryDeps): Promise<AuditEntry | undefined> {
  for await (const entry of deps.audit.queryObject(object, { limit: mostEntries }))
    if (entry.event.startsWith(event)) return entry;
  return undefined;
}

/** An object as it is at this moment: read from Graph, decided over, and compared with AD. */
export type Present = Pick<EvaluationAnswer, 'snapshot' | 'desired' | 'members'> & {
  /** What is decided now; it differs from what is kept where something has changed since. */
  readonly now: Pick<EvaluationAnswer, 'decision' | 'explanation' | 'trace' | 'violations'>;
  /** The AD object; null where there is none; absent where no relay answered in time. */
  readonly observed?: Inspection['observed'];
  /** What would have to change in AD for it to be as desired. Empty: nothing. */
  readonly difference?: readonly AttributeChange[];
  readonly plan?: Inspection['plan'];
  /** Why something is missing. */
  readonly problem?: string;
};

/** Looks at an object anew. Changes nothing. What cannot be had is missing, and `problem` says why. */
export async function presentOf(
  object: ObjectRef,
  relayMs: number,
  traceparent: string,
  deps: InspectDeps & { readonly deciding: DecideDeps },
): Promise<Present | { readonly now: null; readonly problem: string }> {
  const request = { target: { of: 'graph', ...object }, policy: undefined } as const;
  const result = await evaluateOnDemand(request, deps.deciding);
  if (!result.ok)
    return { now: null, problem: 'message' in result ? result.message : 'The policy does not load.' };
  const { snapshot, desired, members, decision, explanation, trace, violations } = result.answer;
  const present = { snapshot, desired, members, now: { decision, explanation, trace, violations } };
  const inspection = await inspect(result.intents, relayMs, traceparent, deps);
  if (!inspection) {
    const problem = `No relay answered within ${relayMs / 1000} s. GET /api/status shows which are alive.`;
    return { ...present, problem };
  }
  const { observed, plan, failure } = inspection;
  return {
    ...present,
    now: { ...present.now, violations: [...violations, ...inspection.violations] },
    observed,
    difference: changesOf(plan),
    plan,
    ...(failure && { problem: failure.message }),
  };
}
