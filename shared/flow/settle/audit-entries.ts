import { createHash } from 'node:crypto';
import type { Change, Decision, Moment, ObjectRef, Outcome, Violation } from '../../domain/index.ts';
import type { AuditEntry, ObjectState } from '../../state/index.ts';

type Details = AuditEntry['details'];

/** Anything that is JSON already, as the audit takes it. */
const json = (value: unknown): Details[string] => JSON.parse(JSON.stringify(value));

/** The trace id of a W3C trace context. */
export const traceIdOf = (traceparent: string): string => traceparent.slice(3, 35);

/** How many of those left out an entry names. */
const namedLeftOut = 100;

/**
 * What an outcome leaves in the audit: cause, decision, the object as it was found, what was written,
 * the result, and the time of each stage. What it was before stands in `found` and in the plan's own
 * `before`.
 */
export function outcomeEntry(outcome: Outcome, settledAt: Moment, traceparent: string): AuditEntry {
  const { intentId, times, object, displayName, result, intent, cause, reason, rule, policyVersion } =
    outcome;
  const { plan, observed, membership, membersAdded, membersRemoved, changedMembers, relay } = outcome;
  const { leftOut, violations, failure, hold, keptBack } = outcome;
  const codes = [reason, ...violations.map(({ code }) => code), ...(failure ? [failure.code] : [])];
  return {
    id: intentId,
    at: times.finishedAt,
    event: `outcome.${result}`,
    object,
    displayName,
    codes: [...new Set(codes)],
    ...(changedMembers && { members: changedMembers }),
    details: {
      intent,
      cause,
      reason,
      rule,
      policyVersion,
      traceId: traceIdOf(traceparent),
      times: { ...times, settledAt },
      relay,
      found: json(observed),
      plan: json(plan),
      membership,
      membersAdded,
      membersRemoved,
      leftOut: leftOut.length,
      ...(leftOut.length > 0 && { leftOutMembers: json(leftOut.slice(0, namedLeftOut)) }),
      violations: violations.map(({ code }) => code),
      ...(failure && { failure }),
      ...(keptBack && { keptBack }),
      ...(hold && { hold: { holdId: hold.holdId, planHash: hold.planHash, state: hold.state } }),
    },
  };
}

/** That nothing had to be written is told once, not again with every sweep. */
export function isWorthKeeping(outcome: Outcome, before: ObjectState['lastOutcome']): boolean {
  const ofObject = outcome.violations.some(({ about }) => about !== undefined);
  if (outcome.result !== 'unchanged' || ofObject || outcome.failure) return true;
  // Settling may be repeated after a crash: then `before` is this outcome.
  return before === undefined || before.intentId === outcome.intentId || !isSettled(before.result);
}

const isSettled = (result: Outcome['result']): boolean => result === 'applied' || result === 'unchanged';

/** A decision over an object, and the one before. */
export type Decided = {
  readonly change: Pick<Change, 'kind' | 'id' | 'cause' | 'receivedAt'>;
  readonly evaluated: {
    readonly displayName: string;
    readonly decision: Decision;
    readonly violations: readonly Violation[];
  };
  readonly before: ObjectState['lastDecision'];
  readonly decidedAt: Moment;
  readonly traceparent: string;
};

/** A decision is told when it is new or another one; the same one under a newer policy is not. */
export const isNewDecision = (decision: Decision, before: Decided['before']): boolean =>
  decision.outcome !== before?.outcome || decision.reason !== before.reason || decision.rule !== before.rule;

/** A decision that differs from the one before, with the trace of every rule and clause. */
export function decisionEntry({ change, evaluated, before, decidedAt, traceparent }: Decided): AuditEntry {
  const { kind, id, cause, receivedAt } = change;
  const { outcome, reason, rule, policyVersion, trace } = evaluated.decision;
  const violations = evaluated.violations.map(({ code }) => code);
  return {
    id: `decision-${digest(`${id} ${receivedAt} ${decidedAt}`)}`,
    at: decidedAt,
    event: 'decision.changed',
    object: { kind, id },
    displayName: evaluated.displayName,
    codes: [...new Set([reason, ...violations])],
    details: {
      cause,
      outcome,
      reason,
      rule,
      policyVersion,
      ...(before && { before: json(before) }),
      traceId: traceIdOf(traceparent),
      times: { receivedAt, decidedAt },
      violations,
      trace: json(trace),
    },
  };
}

/** Something that a person did: approved, replayed, discarded. */
export function actionEntry(o: {
  readonly id: string;
  readonly at: Moment;
  /** A stable name, such as `deadLetter.replayed`. */
  readonly event: string;
  readonly actor: string;
  readonly object?: ObjectRef | undefined;
  readonly codes?: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}): AuditEntry {
  const { id, at, event, actor, object, codes, details } = o;
  return {
    id,
    at,
    event,
    actor,
    ...(object && { object }),
    ...(codes && { codes }),
    details: Object.fromEntries(
      Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [[name, json(value)]])),
    ),
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 24);
