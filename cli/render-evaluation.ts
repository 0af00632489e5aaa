import { styleText } from 'node:util';

type Clause = {
  readonly path: string;
  readonly attribute: string;
  readonly operator: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  readonly passed: boolean;
};

/** What `POST /api/policy/evaluate` answers, as far as people read it. */
export type Evaluation = {
  readonly displayName: string;
  readonly object: { readonly kind: string; readonly id: string };
  readonly policyVersion: string;
  readonly explanation: string;
  readonly decision: { readonly outcome: string; readonly reason: string; readonly rule: string | null };
  readonly trace: {
    readonly checks: readonly { check: string; actual?: unknown; passed: boolean; reason?: string }[];
    readonly rules: readonly { rule: string; result: string; clauses: readonly Clause[] }[];
  };
  readonly desired: null | {
    readonly commonName: string;
    readonly container: string;
    readonly attributes: readonly { name: string; values: readonly unknown[] }[];
  };
  readonly members: null | {
    readonly counts: { readonly written: number; readonly leftOut: number };
    readonly leftOut: readonly { reference: string; reason: string }[];
  };
  readonly violations: readonly { code: string; severity: string; message: string; remedy: string }[];
  readonly plan?: { readonly operations: readonly Readonly<Record<string, unknown>>[] };
};

const mark = (passed: boolean): string => (passed ? styleText('green', '✓') : styleText('red', '✗'));
const dim = (text: string): string => styleText('dim', text);
const show = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

/** An evaluation as a page for the terminal: the answer first, then why, then what AD would get. */
export function renderEvaluation(answer: Evaluation): string {
  const { decision, trace, desired, members, violations, plan } = answer;
  const lines = [
    `${styleText('bold', answer.displayName)}  ${dim(`${answer.object.kind} ${answer.object.id}`)}`,
    `${styleText('bold', decision.outcome)}  ${decision.reason}${decision.rule ? `  rule "${decision.rule}"` : ''}  ${dim(`policy ${answer.policyVersion}`)}`,
    answer.explanation,
    '',
    styleText('underline', 'Why'),
    ...trace.checks.map(
      ({ check, actual, passed, reason }) =>
        `  ${mark(passed)} ${check} ${dim(show(actual))} ${reason ?? ''}`,
    ),
    ...trace.rules.flatMap(renderRule),
  ];
  if (desired) {
    lines.push('', styleText('underline', 'In AD'), `  CN=${desired.commonName},${desired.container}`);
    for (const { name, values } of desired.attributes) {
      if (values.length > 0) lines.push(`  ${name.padEnd(30)} ${values.map(show).join(', ')}`);
    }
  }
  if (members) {
    lines.push(
      '',
      styleText('underline', 'Members'),
      `  ${members.counts.written} written, ${members.counts.leftOut} left out`,
    );
    for (const { reference, reason } of members.leftOut.slice(0, 20))
      lines.push(`  ${mark(false)} ${reference}  ${reason}`);
  }
  for (const { code, severity, message, remedy } of violations) {
    lines.push('', `${styleText('yellow', code)} (${severity}): ${message}`, dim(`  ${remedy}`));
  }
  if (plan) {
    lines.push('', styleText('underline', 'The relay would'));
    if (plan.operations.length === 0) lines.push('  do nothing: AD is as desired');
    for (const operation of plan.operations) lines.push(`  ${show(operation)}`);
  }
  return lines.join('\n');
}

function renderRule({ rule, result, clauses }: Evaluation['trace']['rules'][number]): readonly string[] {
  if (result === 'notReached') return [`  ${dim('·')} rule "${rule}" ${dim('not reached')}`];
  return [
    `  ${mark(result === 'matched')} rule "${rule}"`,
    ...clauses.map(
      ({ attribute, operator, expected, actual, passed }) =>
        `      ${mark(passed)} ${attribute} ${operator} ${expected === undefined ? '' : show(expected)} ${dim(`is ${show(actual)}`)}`,
    ),
  ];
}
