import { violationCodes } from '../../../domain/index.ts';
import { effects } from '../../message/effects.ts';
import { factsOf, labelOf } from '../../message/facts.ts';
import { buttonsOf, type Links } from '../../message/links.ts';
import { type Group, type Item, type Message, onlyItem } from '../../message/message.ts';
import { headline, isOpen, number, stateOf, summary, utc } from '../../message/words.ts';

/** The message as plain text, for mail programs that show no HTML and for people who search. */
export function textMail(message: Message, links: Links): string {
  const only = onlyItem(message);
  const opened = buttonsOf(only?.item, links).flatMap(({ title, url }) => [`${title}: ${url}`]);
  const lines = only
    ? [labelOf(only.group), only.item.subject, '', ...oneIncident(only.group, only.item)]
    : [headline(message), summary(message), ...message.groups.flatMap((group) => groupLines(group, links))];
  const footer = `entra-writeback, ${utc(message.at)}, route ${message.route}`;
  return `${[...lines, '', ...(opened.length > 0 ? [...opened, ''] : []), '-- ', footer].join('\n')}\n`;
}

const oneIncident = (group: Group, item: Item): readonly string[] => [
  item.message,
  '',
  ...factsOf(group, item).map(({ label, value }) => `${`${label}:`.padEnd(10)} ${value}`),
  ...(isOpen(group) ? ['', `What to do: ${item.remedy}`] : []),
];

function groupLines(group: Group, links: Links): readonly string[] {
  const left = group.count - group.items.length;
  return [
    '',
    `${number(group.count)} × ${group.code} (${stateOf(group)}${group.event === 'updated' ? ', still open' : ''})`,
    ...(isOpen(group) ? [effects[group.code], `What to do: ${violationCodes[group.code].remedy}`] : []),
    ...group.items.flatMap((item) => itemLines(item, links)),
    ...(left > 0 ? [`  … and ${number(left)} more.`] : []),
  ];
}

function itemLines({ subject, message, about, rule }: Item, links: Links): readonly string[] {
  const url = about && links.toObject(about);
  return [
    `  - ${subject}: ${message}${rule === undefined ? '' : ` Rule: ${rule}.`}`,
    ...(url ? [`    ${url}`] : []),
  ];
}
