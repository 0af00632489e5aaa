import type { Severity } from '../../domain/index.ts';
import { highest } from '../severity.ts';
import { countOf, type Group, type Happening, type Message, onlyItem } from './message.ts';

/** A number as people read it: 1,000. */
export const number = (count: number): string => count.toLocaleString('en');

/** `1 alert`, `12 alerts`. */
export const counted = (count: number, one: string): string =>
  `${number(count)} ${one}${count === 1 ? '' : 's'}`;

/** What happened, as a label. */
export const happenings: Readonly<Record<Happening, string>> = {
  opened: 'new',
  passed: 'already over',
  updated: 'still open',
  resolved: 'resolved',
};

/** The severity that a message has as a whole; undefined where it only tells that things are over. */
export const severityOf = ({ groups }: Message): Severity | undefined =>
  highest(groups.filter(isOpen).map(({ severity }) => severity));

/** Whether the incidents of a group are still open. */
export const isOpen = ({ event }: Group): boolean => event === 'opened' || event === 'updated';

/** The state of an incident in one word: its severity, or that it is over. */
export const stateOf = (group: Group): string => (isOpen(group) ? group.severity : happenings[group.event]);

/** `12 new, 3 still open, 1 resolved · up to critical`. */
export function summary(message: Message): string {
  const counts = (Object.keys(happenings) as Happening[])
    .map((event) => ({ event, count: countOf(message, event) }))
    .filter(({ count }) => count > 0)
    .map(({ event, count }) => `${number(count)} ${happenings[event]}`)
    .join(', ');
  const worst = severityOf(message);
  return worst ? `${counts} · up to ${worst}` : counts;
}

/** The headline of a message: the object, or how many alerts of which kind. */
export function headline(message: Message): string {
  const only = onlyItem(message);
  if (only) return only.item.subject;
  const [group] = message.groups;
  if (message.groups.length === 1 && group) return `${number(group.count)} × ${group.code}`;
  return counted(countOf(message), 'alert');
}

/**
 * Subject of a mail. By code and object first, so that all mails of one cause stand together when
 * they are sorted; what changes comes last.
 */
export function subjectLine(message: Message): string {
  const only = onlyItem(message);
  if (only) return `[entra-writeback] ${only.group.code} ${only.item.subject}: ${stateOf(only.group)}`;
  return `[entra-writeback] ${headline(message)}: ${summary(message)}`;
}

/** `2027-03-01 07:30 UTC`. */
export const utc = (moment: string): string =>
  `${new Date(moment).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
