import { styleText } from 'node:util';
import { bad, columns, dim, good, milliseconds, warn } from './terminal.ts';

type Member = {
  readonly change: 'added' | 'removed';
  readonly id?: string;
  readonly sid?: string;
  readonly dn?: string;
};
export type Value = string | { readonly base64: string };

type Change = { readonly what: string; readonly before: readonly Value[]; readonly after: readonly Value[] };

/** An entry of the audit, as far as people read it. */
export type Entry = {
  readonly at: string;
  readonly event: string;
  readonly object?: { readonly kind: string; readonly id: string };
  readonly displayName?: string;
  readonly actor?: string;
  readonly codes?: readonly string[];
  readonly members?: readonly Member[];
  readonly changes?: readonly Change[];
  readonly details: {
    readonly cause?: string;
    readonly rule?: string | null;
    readonly reason?: string;
    readonly traceId?: string;
    readonly times?: { readonly receivedAt?: string; readonly finishedAt?: string };
    readonly membersAdded?: number;
    readonly membersRemoved?: number;
    readonly failure?: { readonly message: string };
  } & Readonly<Record<string, unknown>>;
};

export type AuditPage = { readonly value: readonly Entry[]; readonly next: string | null };

/** How many values or members of one entry are shown. */
const shown = 8;

/** Entries one below the other, newest first; `withObject` where they are about different objects. */
export function renderAudit({ value, next }: AuditPage, withObject: boolean): string {
  if (value.length === 0) return 'Nothing is known.';
  const more = next === null ? [] : ['', dim(`There is more: --after '${next}'`)];
  return [...value.flatMap((entry) => renderEntry(entry, withObject)), ...more].join('\n');
}

function renderEntry(entry: Entry, withObject: boolean): readonly string[] {
  const { at, event, object, displayName, codes = [], actor, details } = entry;
  const about = withObject && object ? `  ${displayName ?? ''} ${dim(`${object.kind} ${object.id}`)}` : '';
  const took = durationOf(entry);
  const facts = [
    codes.join(' '),
    details.rule ? `rule "${details.rule}"` : '',
    details.cause ? `by ${details.cause}` : '',
    actor ? `by ${styleText('bold', actor)}` : '',
    took,
  ].filter(Boolean);
  return [
    `${dim(at.replace('T', ' ').slice(0, 23))}  ${coloured(event)}${about}`,
    `    ${facts.join(dim(' · '))}`,
    ...changeLines((entry.changes ?? []).filter(({ what }) => what !== 'member').slice(0, shown), '    '),
    ...members(entry),
    ...(details.failure ? [`    ${bad(details.failure.message)}`] : []),
  ];
}

function coloured(event: string): string {
  if (/applied|approved|replayed/.test(event)) return good(event);
  if (/failed|refused|rejected|discarded/.test(event)) return bad(event);
  return /held|staged/.test(event) ? warn(event) : styleText('bold', event);
}

function durationOf({ details: { times } }: Entry): string {
  if (!times?.receivedAt || !times.finishedAt) return '';
  return `${milliseconds(Date.parse(times.finishedAt) - Date.parse(times.receivedAt))} after the first sign`;
}

/** Attributes before and after, one below the other. */
export const changeLines = (changes: readonly Change[], indent: string): readonly string[] =>
  columns(changes.map(changeOf), indent);

function changeOf({ what, before, after }: Change): readonly string[] {
  return [
    what,
    before.length === 0 ? dim('absent') : short(before),
    '→',
    after.length === 0 ? dim('absent') : short(after),
  ];
}

function short(values: readonly Value[]): string {
  const text = values
    .map((value) => (typeof value === 'string' ? value : `(${value.base64.length} base64 digits)`))
    .join(', ');
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function members({ members: named = [], details }: Entry): readonly string[] {
  const lines = named.slice(0, shown).map(({ change, id, sid, dn }) => {
    const mark = change === 'added' ? good('+') : bad('–');
    return `    ${mark} ${dn ?? id ?? sid ?? ''} ${dim([dn && id, sid].filter(Boolean).join(' '))}`.trimEnd();
  });
  const all = Number(details.membersAdded ?? 0) + Number(details.membersRemoved ?? 0);
  return all > lines.length && named.length > shown
    ? [...lines, dim(`      and ${all - shown} more`)]
    : lines;
}
