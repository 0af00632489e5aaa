import { violationCodes } from '../../../domain/index.ts';
import { factsOf } from '../../message/facts.ts';
import type { Group, Item } from '../../message/message.ts';
import { isOpen } from '../../message/words.ts';
import { anyText, container, type Element, ownText, row } from './elements.ts';

/** Everything about one incident. */
export function oneIncident(group: Group, item: Item): readonly Element[] {
  return [
    anyText([{ text: item.message }], { spacing: 'Medium' }),
    container(
      factsOf(group, item).map(({ label, value }) => row(label, value)),
      { spacing: 'Medium' },
    ),
    ...(isOpen(group) ? advice(group, item) : []),
  ];
}

const advice = ({ code }: Group, item: Item): readonly Element[] => [
  container(
    [ownText('What to do', { weight: 'Bolder' }), anyText([{ text: item.remedy }], { spacing: 'None' })],
    {
      spacing: 'Medium',
      separator: true,
    },
  ),
  anyText([{ text: violationCodes[code].meaning, size: 'Small', isSubtle: true }]),
];
