import type { ObjectRef } from '../domain/index.ts';
import type { Audit, AuditEntry, Incident, Incidents, ObjectState } from '../state/index.ts';
import { type AttributeChange, changesOf } from './attribute-changes.ts';
import type { DecideDeps } from './decide-change.ts';
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
export type Present = {
  readonly now: Pick<
    EvaluationAnswer,
    'snapshot' | 'decision' | 'explanation' | 'trace' | 'desired' | 'members' | 'violations'
  >;
  /** The AD object; null where there is none; absent where no relay answered in time. */
  readonly observed?: Inspection['observed'];
  /** What would have to change in AD for it to be as desired. Empty: nothing. */
  readonly difference?: readonly AttributeChange[];
  readonly plan?: Inspection['plan'];
  /** Why AD is not shown. */
  readonly problem?: string;
};

export type PresentResult =
  | { readonly ok: true; readonly present: Present }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** Looks at an object anew. Changes nothing. */
export async function presentOf(
  object: ObjectRef,
  relayMs: number,
  traceparent: string,
  deps: InspectDeps & { readonly deciding: DecideDeps },
): Promise<PresentResult> {
  const request = { target: { of: 'graph', ...object }, policy: undefined } as const;
  const result = await evaluateOnDemand(request, deps.deciding);
  if (!result.ok) {
    const message = 'message' in result ? result.message : 'The policy does not load.';
    return { ok: false, code: result.code, message };
  }
  const { snapshot, decision, explanation, trace, desired, members, violations } = result.answer;
  const now = { snapshot, decision, explanation, trace, desired, members, violations };
  const inspection = await inspect(result.intents, relayMs, traceparent, deps);
  if (!inspection) {
    const problem = `No relay answered within ${relayMs / 1000} s. GET /api/status shows which are alive.`;
    return { ok: true, present: { now, problem } };
  }
  const { observed, plan, failure } = inspection;
  return {
    ok: true,
    present: {
      now: { ...now, violations: [...violations, ...inspection.violations] },
      observed,
      difference: changesOf(plan),
      plan,
      ...(failure && { problem: failure.message }),
    },
  };
}
