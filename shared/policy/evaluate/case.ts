import {
  type Decision,
  type ReasonCode,
  type Severity,
  type Snapshot,
  type TracedCheck,
  type TracedRule,
  type Violation,
  type ViolationCode,
  violationCodes,
} from '../../domain/index.ts';
import type { Read } from '../attributes/table.ts';
import type { Policy, Rule } from '../policy.ts';
import type { Ending } from '../settings/ending.ts';
import type { Context, Evaluation, WriteSettings } from './context.ts';

/** One object under evaluation: collects the trace, and says what comes out. */
export type Case = {
  /** Records a check; answers whether it passed. */
  readonly check: (check: string, actual: unknown, passed: boolean, reason?: ReasonCode) => boolean;
  /**
   * The first rule that matches, or `unknown` where a rule before it depends on what was not read.
   * Every rule is traced, the later ones as not reached.
   */
  readonly firstMatch: <S>(rules: readonly Rule<S>[], read: Read) => Match<S>;
  readonly violate: (code: ViolationCode, message: string, rule?: string, severity?: Severity | null) => void;
  readonly write: (reason: ReasonCode, rule: string, write: WriteSettings) => Evaluation;
  readonly ignore: (reason: ReasonCode, rule?: string) => Evaluation;
  /** Not written now: an object that was written is frozen; of any other there is nothing to freeze. */
  readonly hold: (reason: ReasonCode, rule?: string) => Evaluation;
  /** The object leaves AD as the ending says. */
  readonly end: (reason: ReasonCode, ending: Ending, rule?: string) => Evaluation;
};

export type Match<S> = Rule<S> | 'unknown' | undefined;

export function openCase(snapshot: Snapshot, policy: Policy, context: Context): Case {
  const checks: TracedCheck[] = [];
  const rules: TracedRule[] = [];
  const violations: Violation[] = [];
  const common = (reason: ReasonCode, rule: string | undefined) => ({
    reason,
    rule: rule ?? null,
    policyVersion: policy.version,
    trace: { checks, rules },
  });
  const close = (decision: Decision, write: WriteSettings | null = null): Evaluation => ({
    decision,
    violations,
    write,
  });
  const ignore: Case['ignore'] = (reason, rule) => close({ outcome: 'ignore', ...common(reason, rule) });
  const hold: Case['hold'] = (reason, rule) =>
    context.previous ? close({ outcome: 'freeze', ...common(reason, rule) }) : ignore(reason, rule);
  return {
    check: (check, actual, passed, reason) => {
      checks.push({ check, actual, passed, ...(!passed && reason && { reason }) });
      return passed;
    },
    firstMatch: (list, read) => {
      const { traced, match } = matchFirst(list, read);
      rules.push(...traced);
      return match;
    },
    violate: (code, message, rule, severity) => {
      violations.push({
        code,
        severity: severity ?? violationCodes[code].severity,
        about: { kind: snapshot.kind, id: snapshot.id },
        subject: subjectOf(snapshot),
        ...(rule !== undefined && { rule }),
        message,
        remedy: violationCodes[code].remedy,
        at: snapshot.readAt,
        details: {},
      });
    },
    write: (reason, rule, write) =>
      close({ outcome: 'write', ...common(reason, rule), settings: { ...write.settings } }, write),
    ignore,
    hold,
    end: (reason, { mode, graceDays, quarantine }, rule) => {
      if (mode === 'keep' || context.previous === null) return hold(reason, rule);
      return close({
        outcome: 'remove',
        ...common(reason, rule),
        mode,
        graceDays,
        ...(quarantine !== undefined && { quarantine }),
      });
    },
  };
}

function matchFirst<S>(
  list: readonly Rule<S>[],
  read: Read,
): { readonly traced: readonly TracedRule[]; readonly match: Match<S> } {
  let match: Match<S>;
  const traced = list.map((rule): TracedRule => {
    if (match) return { rule: rule.name, result: 'notReached', clauses: [] };
    const { passed, clauses } = rule.matches(read);
    if (passed !== false) match = passed ? rule : 'unknown';
    const result = passed === undefined ? 'unknown' : passed ? 'matched' : 'notMatched';
    return { rule: rule.name, result, clauses };
  });
  return { traced, match };
}

/** What people call the object. */
export const subjectOf = (snapshot: Snapshot): string =>
  snapshot.presence === 'deleted' ? snapshot.id : snapshot.properties.displayName || snapshot.id;
