import type { Moment } from '../../domain/index.ts';
import { bySeverity, highest } from '../severity.ts';
import type { AlertRecord } from '../state/alert-record.ts';
import { clean } from './clean.ts';
import { type Group, Happening, type Item, type Message } from './message.ts';

/** Up to so many incidents are all written out; of more, each group shows its first ones. */
const allUpTo = 30;
const examples = 5;

/** One incident, and what is told of it. */
export type Telling = { readonly record: AlertRecord; readonly event: Happening };

/** Groups what is told by what happened and by code, the worst first, with the first examples of each. */
export function compose(
  tasks: readonly Telling[],
  of: { readonly id: string; readonly route: string; readonly at: Moment },
): Message {
  const byKey = Object.groupBy(tasks, ({ event, record }) => `${event} ${record.violation.code}`);
  const kinds = Object.values(byKey).flatMap((group) => (group ? [group] : []));
  const room = tasks.length <= allUpTo ? allUpTo : examples;
  const { id, route, at } = of;
  return { id, route, at, groups: kinds.flatMap((kind) => groupOf(kind, room)).toSorted(byUrgency) };
}

function groupOf(tasks: readonly Telling[], room: number): readonly Group[] {
  const [first] = tasks;
  if (!first) return [];
  const { code, severity } = first.record.violation;
  const worst = highest(tasks.map(({ record }) => record.violation.severity)) ?? severity;
  const items = tasks.slice(0, room).map(itemOf);
  return [{ event: first.event, code, severity: worst, count: tasks.length, items }];
}

const byUrgency = (one: Group, other: Group): number =>
  Happening.options.indexOf(one.event) - Happening.options.indexOf(other.event) ||
  bySeverity(one.severity, other.severity) ||
  other.count - one.count ||
  one.code.localeCompare(other.code);

function itemOf({ record }: Telling): Item {
  const { violation, incidentId, count, openedAt, resolvedAt, place } = record;
  const { severity, about, rule, subject, message, remedy, at, details } = violation;
  return {
    incidentId,
    severity,
    subject: clean(subject, 120) || '(without a name)',
    ...(about && { about }),
    ...(rule !== undefined && { rule: clean(rule, 100) }),
    ...(typeof details.holdId === 'string' && { holdId: clean(details.holdId, 80) }),
    ...(place !== undefined && { place: clean(place, 250) }),
    message: clean(message, 500),
    remedy: clean(remedy, 300),
    count,
    openedAt,
    lastAt: at,
    ...(resolvedAt && { resolvedAt }),
  };
}
