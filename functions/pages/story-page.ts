import type { Present, storyOf } from '../../shared/flow/ask/object-story.ts';
import type { AttributeChange } from '../../shared/flow/evaluate/attribute-changes.ts';
import { type Html, html, nothing } from '../../shared/html/html.ts';
import { section, table } from './page.ts';

type Kept = Awaited<ReturnType<typeof storyOf>>;
export type Story = Kept & (Present | { readonly now?: null; readonly problem?: string });

/** The story of one object for a browser: where the link of an alert leads. */
export function storyPage(story: Story): readonly Html[] {
  const present = 'snapshot' in story ? story : undefined;
  return [
    ...head(story),
    section('In AD', present?.observed ? observed(present.observed) : kept(story, present)),
    ...(present?.difference ? [section('Difference', difference(present.difference))] : []),
    section('Last outcome', lastOutcome(story)),
    section('Open violations', violations(story)),
    ...(present?.members || story.leftOut.length > 0 ? [section('Members', members(story, present))] : []),
    ...(present ? [section('Why', why(present)), section('In Entra', inEntra(present))] : []),
  ];
}

function head({ displayName, kind, id, decision, now, problem }: Story): readonly Html[] {
  const decided = now?.decision ?? decision;
  const rule = decided?.rule ? html`, rule “${decided.rule}”` : nothing;
  return [
    html`<h1>${displayName ?? '(without a name)'}</h1><p class="subtle">${kind} ${id}</p>`,
    decided
      ? html`<p><b>${decided.outcome}</b> · ${decided.reason}${rule} <span class="subtle">· policy ${decided.policyVersion}</span></p>`
      : nothing,
    now ? html`<p>${now.explanation}</p>` : nothing,
    problem ? html`<p class="bad">${problem}</p>` : nothing,
  ];
}

function observed({ dn, attributes, memberCount }: NonNullable<Present['observed']>): readonly Html[] {
  const count = memberCount === undefined ? [] : [['member', `${memberCount} values`]];
  const rows = Object.entries(attributes).map(([name, values]) => [name, valuesOf(values)]);
  return [html`<p>${dn}</p>`, table([...rows, ...count])];
}

function kept({ written, dn }: Kept, present: Present | undefined): Html {
  if (present?.observed === null) return html`<p>No such object.</p>`;
  return written
    ? html`<p>${dn ?? ''} <span class="subtle">as it was written last</span></p>`
    : html`<p>Not written by us.</p>`;
}

function difference(changes: readonly AttributeChange[]): Html {
  if (changes.length === 0) return html`<p class="good">None: AD is as desired.</p>`;
  return table([
    ['', html`<b>now</b>`, html`<b>as it should be</b>`],
    ...changes.map(({ what, before, after }) =>
      what === 'member'
        ? [what, `${before.length} to be removed`, `${after.length} to be added`]
        : [what, valuesOf(before), valuesOf(after)],
    ),
  ]);
}

function lastOutcome({ lastOutcome: last }: Kept): Html {
  if (!last) return html`<p class="subtle">None yet.</p>`;
  const { at, event, ...details } = last;
  const rows = Object.entries(details).filter(
    ([name]) => !['plan', 'found', 'leftOutMembers'].includes(name),
  );
  return table([['result', event], ['at', at], ...rows.map(([name, value]) => [name, textOf(value)])]);
}

function violations({ violations: open }: Kept): Html | readonly Html[] {
  if (open.length === 0) return html`<p class="good">None.</p>`;
  return open.map(
    ({ violation: { code, severity, message, remedy }, openedAt, count }) =>
      html`<p><b class="bad">${code}</b> ${severity} <span class="subtle">since ${openedAt}, seen ${count} times</span><br>${message}<br><span class="subtle">What to do: ${remedy}</span></p>`,
  );
}

function members({ leftOut }: Kept, present: Present | undefined): Html {
  const counts = present?.members?.counts;
  const left = present?.members?.leftOut ?? leftOut;
  return html`<p>${counts ? `${counts.written} written, ${counts.leftOut} left out` : `${left.length} left out`}</p>${table(left.slice(0, 200).map(({ reference, reason }) => [reference, reason]))}`;
}

function why({ now: { trace } }: Present): Html {
  const mark = (passed: boolean): Html =>
    passed ? html`<span class="good">✓</span>` : html`<span class="bad">✗</span>`;
  const checks = trace.checks.map(({ check, actual, passed, reason }) => [
    check,
    mark(passed),
    textOf(actual),
    reason ?? '',
  ]);
  const rules = trace.rules.flatMap(({ rule, result, clauses }) => [
    [html`<b>rule “${rule}”</b>`, result === 'notReached' ? '·' : mark(result === 'matched'), '', result],
    ...clauses.map(({ attribute, operator, expected, actual, passed }) => [
      html`&nbsp;&nbsp;${attribute} ${operator} ${expected === undefined ? '' : textOf(expected)}`,
      mark(passed),
      textOf(actual),
      '',
    ]),
  ]);
  return table([...checks, ...rules]);
}

function inEntra({ snapshot }: Present): readonly Html[] {
  const properties = 'properties' in snapshot ? Object.entries(snapshot.properties) : [];
  const rows = properties.map(([name, value]) => [name, textOf(value)]);
  return [html`<p class="subtle">${snapshot.presence}, read ${snapshot.readAt}</p>`, table(rows)];
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === null || value === undefined ? '–' : JSON.stringify(value);

const valuesOf = (values: readonly (string | { readonly base64: string })[]): string =>
  values.length === 0
    ? '–'
    : values.map((value) => (typeof value === 'string' ? value : `base64 ${value.base64}`)).join(', ');
