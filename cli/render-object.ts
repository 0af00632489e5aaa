import { styleText } from 'node:util';
import type { Present, storyOf } from '../shared/flow/ask/object-story.ts';
import type { AttributeChange } from '../shared/flow/evaluate/attribute-changes.ts';
import { changeLines, type Value } from './render-audit.ts';
import { type Evaluation, membersPart, whyPart } from './render-evaluation.ts';
import { bad, bySeverity, columns, dim, good, heading, milliseconds, span, warn } from './terminal.ts';

/** What an outcome leaves in the audit, as far as people read it. */
type LastOutcome = {
  readonly at: string;
  readonly event: string;
  readonly cause?: string;
  readonly relay?: { readonly name: string };
  readonly times?: { readonly receivedAt: string; readonly finishedAt: string };
  readonly membersAdded?: number;
  readonly membersRemoved?: number;
  readonly traceId?: string;
  readonly failure?: { readonly message: string };
};

type Kept = Omit<Awaited<ReturnType<typeof storyOf>>, 'lastOutcome' | 'trace'>;

/** What `GET /api/objects/{id}` answers. Without `fresh` there is only what is kept. */
export type Story = Kept &
  Partial<Omit<Present, 'now'>> & {
    readonly now?: Present['now'] | null;
    readonly trace: Evaluation['trace'] | null;
    readonly lastOutcome: LastOutcome | null;
  };

/** The story of an object as a page: what is so, what differs, why, and what happened last. */
export function renderObject(story: Story): string {
  return [
    ...headPart(story),
    ...section('In AD', inAd(story)),
    ...section('Difference', differencePart(story)),
    ...section('Last outcome', lastOutcomePart(story)),
    ...section('Open violations', violationsPart(story)),
    ...(story.members ? membersPart({ members: story.members }) : leftOutPart(story)),
    '',
    ...whyOf(story),
    ...section('In Entra', inEntra(story)),
    '',
    dim(`What happened before: entra-writeback history ${story.id}`),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', heading(title), ...lines];

const when = (moment: string): string => moment.replace('T', ' ').slice(0, 19);

function headPart({ displayName, kind, id, decision, now, problem, waiting }: Story): readonly string[] {
  const decided = now?.decision ?? decision;
  const rule = decided?.rule ? `  rule "${decided.rule}"` : '';
  const { added, removed } = waiting.pending;
  const pending = added.length + removed.length;
  return [
    `${styleText('bold', displayName ?? '(without a name)')}  ${dim(`${kind} ${id}`)}`,
    ...(decided
      ? [
          `${styleText('bold', decided.outcome)}  ${decided.reason}${rule}  ${dim(`policy ${decided.policyVersion}`)}`,
        ]
      : []),
    ...(now ? [now.explanation] : []),
    ...(pending > 0 || waiting.attempts > 0
      ? [warn(`Waiting: ${pending} members, ${waiting.attempts} tries so far.`)]
      : []),
    ...(problem ? [bad(problem)] : []),
  ];
}

function inAd({ observed, written, dn, guid, sid }: Story): readonly string[] {
  if (observed === undefined)
    return written
      ? [`  ${dn ?? ''}`, ...ids(guid, sid), dim('  as it was written last')]
      : [dim('  not written by us')];
  if (observed === null) return [dim('  no such object')];
  const rows = Object.entries(observed.attributes)
    .filter(([, values]) => values.length > 0)
    .map(([name, values]) => [name, shortOf(values)]);
  const count = observed.memberCount === undefined ? [] : [['member', `${observed.memberCount} values`]];
  return [`  ${observed.dn}`, ...ids(observed.guid, observed.sid), ...columns([...rows, ...count])];
}

const ids = (guid: string | null | undefined, sid: string | null | undefined): readonly string[] =>
  guid ? [dim(`  ${[guid, sid].filter(Boolean).join('  ')}`)] : [];

function differencePart({ difference, observed }: Story): readonly string[] {
  if (!difference) return [];
  if (difference.length === 0)
    return [observed ? good('  none: AD is as desired') : dim('  nothing to write')];
  return [...attributes(difference), ...memberDifference(difference)];
}

const attributes = (all: readonly AttributeChange[]): readonly string[] =>
  changeLines(
    all.filter(({ what }) => what !== 'member'),
    '  ',
  );

const memberDifference = (all: readonly AttributeChange[]): readonly string[] =>
  all
    .filter(({ what }) => what === 'member')
    .map(({ before, after }) => `  member  ${good(`+${after.length}`)} ${bad(`–${before.length}`)}`);

function lastOutcomePart({ lastOutcome }: Story): readonly string[] {
  if (!lastOutcome) return [dim('  none yet')];
  const {
    at,
    event,
    cause,
    relay,
    times,
    membersAdded = 0,
    membersRemoved = 0,
    traceId,
    failure,
  } = lastOutcome;
  const took = times && Date.parse(times.finishedAt) - Date.parse(times.receivedAt);
  const facts = [
    cause ? `by ${cause}` : '',
    relay ? `relay ${relay.name}` : '',
    took === undefined ? '' : `${milliseconds(took)} after the first sign`,
    membersAdded + membersRemoved > 0
      ? `members ${good(`+${membersAdded}`)} ${bad(`–${membersRemoved}`)}`
      : '',
  ].filter(Boolean);
  const result = event.replace('outcome.', '');
  const isFine = result === 'applied' || result === 'unchanged';
  return [
    `  ${isFine ? good(result) : warn(result)}  ${dim(when(at))}  ${facts.join(dim(' · '))}`,
    ...(failure ? [bad(`  ${failure.message}`)] : []),
    ...(traceId ? [dim(`  trace ${traceId}`)] : []),
  ];
}

function violationsPart({ violations }: Story): readonly string[] {
  if (violations.length === 0) return [good('  none')];
  return violations.flatMap(({ violation: { code, severity, message, remedy }, count, openedAt }) => [
    `  ${bySeverity(severity, code)}  ${dim(`since ${when(openedAt)}${count > 1 ? `, seen ${count} times` : ''}`)}`,
    `    ${message}`,
    dim(`    ${remedy}`),
  ]);
}

function leftOutPart({ leftOut }: Story): readonly string[] {
  const rows = leftOut.slice(0, 20).map(({ reference, reason }) => [reference, reason]);
  const more = leftOut.length - rows.length;
  return section('Members left out', [...columns(rows), ...(more > 0 ? [dim(`  … and ${more} more`)] : [])]);
}

function whyOf({ now, trace, evaluatedAt }: Story): readonly string[] {
  const found = now?.trace ?? trace;
  if (!found) return [];
  const age = evaluatedAt ? Math.max(0, (Date.now() - Date.parse(evaluatedAt)) / 1000) : null;
  return [...whyPart({ trace: found }), ...(now ? [] : [dim(`  evaluated ${span(age)} ago`)])];
}

function inEntra({ snapshot }: Story): readonly string[] {
  if (!snapshot) return [];
  const properties = 'properties' in snapshot ? Object.entries(snapshot.properties) : [];
  const rows = properties
    .filter(
      ([, value]) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0),
    )
    .map(([name, value]) => [name, cut(typeof value === 'string' ? value : JSON.stringify(value))]);
  return [dim(`  ${snapshot.presence}, read ${when(snapshot.readAt)}`), ...columns(rows)];
}

const shortOf = (values: readonly Value[]): string =>
  cut(values.map((value) => (typeof value === 'string' ? value : `base64 ${value.base64}`)).join(', '));

const cut = (text: string): string => (text.length > 70 ? `${text.slice(0, 69)}…` : text);
