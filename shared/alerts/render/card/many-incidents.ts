import { violationCodes } from '../../../domain/index.ts';
import { effects } from '../../message/effects.ts';
import type { Links } from '../../message/links.ts';
import type { Group, Item } from '../../message/message.ts';
import { counted, happenings, isOpen, number, stateOf } from '../../message/words.ts';
import { anyText, container, type Element, type Look, ownText } from './elements.ts';

const colors: Readonly<Record<string, NonNullable<Look['color']>>> = {
  critical: 'Attention',
  error: 'Attention',
  warning: 'Warning',
  information: 'Accent',
};

/** How much of a message fits on a card. */
export type Room = { readonly groups: number; readonly itemsPerGroup: number; readonly textLength: number };

/** Groups of incidents with their first examples; what is left out is counted. */
export function manyIncidents(groups: readonly Group[], room: Room, links: Links): readonly Element[] {
  const shown = groups
    .slice(0, room.groups)
    .map((group, index) => groupElement(group, room, links, { separator: index > 0, spacing: 'Medium' }));
  const left = groups.slice(room.groups);
  if (left.length === 0) return shown;
  const incidents = left.reduce((sum, { count }) => sum + count, 0);
  const codes = left.length === 1 ? 'one more code' : `${left.length} more codes`;
  return [...shown, ownText(`… and ${counted(incidents, 'alert')} of ${codes}.`, { isSubtle: true })];
}

function groupElement(group: Group, room: Room, links: Links, frame: object): Element {
  const items = group.items.slice(0, room.itemsPerGroup);
  const left = group.count - items.length;
  const color = isOpen(group) ? colors[group.severity] : 'Good';
  return container(
    [
      anyText([
        { text: `${number(group.count)} × ${group.code}`, weight: 'Bolder', size: 'Medium' },
        {
          text: `   ${stateOf(group)}${group.event === 'updated' ? `, ${happenings.updated}` : ''}`,
          ...(color && { color }),
        },
      ]),
      ...(isOpen(group) ? advice(group) : []),
      ...items.map((item) => line(item, room.textLength, links)),
      ...(left > 0 ? [ownText(`… and ${number(left)} more.`, { isSubtle: true }, { spacing: 'Small' })] : []),
    ],
    frame,
  );
}

/** What holds for the whole group: what was written, and what to do. */
const advice = ({ code }: Group): readonly Element[] =>
  [effects[code], `What to do: ${violationCodes[code].remedy}`].map((text) =>
    anyText([{ text, isSubtle: true }], { spacing: 'None' }),
  );

function line({ subject, message, about, rule, count }: Item, length: number, links: Links): Element {
  const characters = [...message];
  const text = characters.length > length ? `${characters.slice(0, length).join('')}…` : message;
  const more = [rule === undefined ? '' : `rule ${rule}`, count > 1 ? `seen ${number(count)} times` : '']
    .filter((part) => part !== '')
    .join(', ');
  return anyText(
    [
      { text: subject, weight: 'Bolder', url: links.toObject(about) },
      ...(length > 0 ? [{ text: `  ${text}` }] : []),
      ...(length > 0 && more ? [{ text: `  (${more})`, isSubtle: true }] : []),
    ],
    { spacing: 'Small' },
  );
}
