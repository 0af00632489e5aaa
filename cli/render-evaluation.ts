import { styleText } from 'node:util';
import type { Outcome } from '../shared/domain/index.ts';
import type { EvaluationAnswer } from '../shared/flow/ask/evaluate-on-demand.ts';
import { renderOperation } from './render-plan.ts';

/** What `POST /api/policy/evaluate` answers; what comes after the answer with `"plan": true` only. */
export type Evaluation = EvaluationAnswer & Partial<Pick<Outcome, 'plan' | 'observed' | 'failure'>>;

/** How many members that are left out are named. */
const namedMembers = 20;

const mark = (passed: boolean): string => (passed ? styleText('green', '✓') : styleText('red', '✗'));
const dim = (text: string): string => styleText('dim', text);
const bold = (text: string): string => styleText('bold', text);
const heading = (text: string): string => styleText('underline', text);
const show = (value: unknown): string => JSON.stringify(value) ?? 'undefined';

/** An evaluation as a page for the terminal: the answer first, then why, then what AD would get. */
export function renderEvaluation(answer: Evaluation): string {
  return [
    ...answerPart(answer),
    '',
    ...whyPart(answer),
    ...desiredPart(answer),
    ...membersPart(answer),
    ...answer.violations.flatMap(({ code, severity, message, remedy }) => [
      '',
      `${styleText('yellow', code)} (${severity}): ${message}`,
      dim(`  ${remedy}`),
    ]),
    ...planPart(answer),
  ].join('\n');
}

function answerPart({ displayName, object, decision, policyVersion, explanation }: Evaluation) {
  const rule = decision.rule === null ? '' : `  rule "${decision.rule}"`;
  return [
    `${bold(displayName)}  ${dim(`${object.kind} ${object.id}`)}`,
    `${bold(decision.outcome)}  ${decision.reason}${rule}  ${dim(`policy ${policyVersion}`)}`,
    explanation,
  ];
}

/** Every check, rule and clause with its actual value. */
export const whyPart = ({ trace }: Pick<Evaluation, 'trace'>): readonly string[] => [
  heading('Why'),
  ...trace.checks.map(
    ({ check, actual, passed, reason }) =>
      `  ${mark(passed)} ${check} ${dim(show(actual))}${reason ? ` ${reason}` : ''}`,
  ),
  ...trace.rules.flatMap(ruleLines),
];

function ruleLines({ rule, result, clauses }: Evaluation['trace']['rules'][number]): readonly string[] {
  if (result === 'notReached') return [`  ${dim('·')} rule "${rule}" ${dim('not reached')}`];
  return [
    `  ${mark(result === 'matched')} rule "${rule}"`,
    ...clauses.map(({ attribute, operator, expected, actual, passed }) => {
      const wanted = expected === undefined || expected === null ? '' : ` ${show(expected)}`;
      return `      ${mark(passed)} ${attribute} ${operator}${wanted} ${dim(`is ${show(actual)}`)}`;
    }),
  ];
}

const conditions = {
  always: '',
  schemaHasIt: 'where the schema has it',
  exchangePrepared: 'where AD is prepared for Exchange',
  created: 'when it is created',
} as const;

function desiredPart({ desired }: Evaluation): readonly string[] {
  if (!desired) return [];
  const type =
    desired.kind === 'group'
      ? [`  ${desired.scope} ${desired.security ? 'security' : 'distribution'} group`]
      : [];
  return [
    '',
    heading('In AD'),
    `  CN=${desired.commonName},${desired.container}`,
    ...type,
    ...desired.attributes
      .filter(({ values }) => values.length > 0)
      .map(({ name, values, when }) =>
        `  ${name.padEnd(30)} ${values.map(text).join(', ')}  ${dim(conditions[when])}`.trimEnd(),
      ),
  ];
}

const text = (value: unknown): string => (typeof value === 'string' ? value : show(value));

/** How many members are written, and who is left out and why. */
export function membersPart({ members }: Pick<Evaluation, 'members'>): readonly string[] {
  if (!members) return [];
  const { written, leftOut } = members.counts;
  const more = leftOut - Math.min(namedMembers, members.leftOut.length);
  return [
    '',
    heading('Members'),
    `  ${written} written, ${leftOut} left out`,
    ...members.leftOut
      .slice(0, namedMembers)
      .map(({ reference, reason }) => `  ${mark(false)} ${reference}  ${reason}`),
    ...(more > 0 ? [dim(`  … and ${more} more`)] : []),
  ];
}

function planPart({ plan, observed, failure, decision }: Evaluation): readonly string[] {
  if (!plan) return [];
  const lines = plan.operations.flatMap(renderOperation);
  return [
    '',
    heading('In AD now'),
    `  ${observed?.dn ?? dim('no such object')}`,
    '',
    heading('The relay would'),
    ...(failure
      ? [`  refuse: ${failure.message}`]
      : lines.length > 0
        ? lines
        : [`  ${idle[decision.outcome]}`]),
  ];
}

/** Why nothing is to be done, by what was decided. */
const idle = {
  write: 'do nothing: AD is as desired',
  freeze: 'do nothing: the object is kept and not updated',
  ignore: 'do nothing',
  remove: 'do nothing now: the object is not there, or its grace period has not passed',
} as const;
