import type { Outcome } from '../domain/index.ts';
import type { AuditEntry } from '../state/index.ts';

/** What an outcome leaves in the audit: cause, decision, plan, result, and the time of each stage. */
export function outcomeEntry(outcome: Outcome, traceparent: string): AuditEntry {
  const { intentId, times, object, displayName, result, intent, cause, reason, rule, policyVersion } =
    outcome;
  const { plan, membersAdded, membersRemoved, leftOut, violations, failure, holdId, relay } = outcome;
  return {
    id: intentId,
    at: times.finishedAt,
    event: `outcome.${result}`,
    object,
    displayName,
    details: {
      intent,
      cause,
      reason,
      rule,
      policyVersion,
      traceparent,
      times,
      relay,
      plan: JSON.parse(JSON.stringify(plan)),
      membersAdded,
      membersRemoved,
      leftOut: leftOut.length,
      violations: violations.map(({ code }) => code),
      ...(failure && { failure }),
      ...(holdId && { holdId }),
    },
  };
}
