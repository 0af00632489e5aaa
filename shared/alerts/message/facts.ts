import { effects } from './effects.ts';
import type { Group, Item } from './message.ts';
import { happenings, number, utc } from './words.ts';

/** One line about an incident. `value` may come from anybody and must be escaped. */
export type Fact = { readonly label: string; readonly value: string };

/** What a person must know of one incident besides what happened: object, place, rule, effect, time. */
export function factsOf(group: Group, item: Item): readonly Fact[] {
  const { about, place, rule, holdId, count, openedAt, lastAt, resolvedAt } = item;
  const isOver = resolvedAt !== undefined;
  return [
    { label: 'Object', value: about ? `${about.kind} ${about.id}` : 'the system itself' },
    ...(place === undefined ? [] : [{ label: 'Place', value: place }]),
    ...(rule === undefined ? [] : [{ label: 'Rule', value: rule }]),
    ...(holdId === undefined ? [] : [{ label: 'Held as', value: holdId }]),
    isOver
      ? { label: 'Now', value: 'The cause is gone. There is nothing left to do.' }
      : { label: 'In AD', value: effects[group.code] },
    { label: 'Opened', value: utc(openedAt) },
    ...(resolvedAt
      ? [{ label: 'Resolved', value: `${utc(resolvedAt)}, after ${lasted(openedAt, resolvedAt)}` }]
      : []),
    ...(count > 1 ? [{ label: 'Seen', value: `${number(count)} times, last ${utc(lastAt)}` }] : []),
    ...(isOver ? [] : [{ label: 'Command', value: commandOf(item) }]),
  ];
}

/** What to type to see more: a link asks for a sign-in, a command uses the one that is there. */
const commandOf = ({ about, holdId }: Item): string => {
  if (holdId !== undefined) return `entra-writeback holds show ${holdId}`;
  return about ? `entra-writeback object ${about.id}` : 'entra-writeback status';
};

/** `GROUP_TOO_LARGE · error · new`: what stands above the name. */
export const labelOf = (group: Group): string =>
  `${group.code} · ${group.severity} · ${happenings[group.event]}`;

/** How long it was from one moment to the next, in the two largest units. */
export function lasted(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const at = units.findIndex(([size]) => seconds >= size);
  const [unit, smaller] = at < 0 ? [units[3]] : [units[at], units[at + 1]];
  if (!unit) return '0 s';
  const [size, name] = unit;
  const rest = smaller ? Math.floor((seconds % size) / smaller[0]) : 0;
  return `${Math.floor(seconds / size)} ${name}${smaller && rest > 0 ? ` ${rest} ${smaller[1]}` : ''}`;
}
