import { labelOf } from '../../message/facts.ts';
import { type Message, onlyItem } from '../../message/message.ts';
import { headline, severityOf, summary } from '../../message/words.ts';
import { anyText, container, type Element } from './elements.ts';

const styles = {
  critical: 'attention',
  error: 'attention',
  warning: 'warning',
  information: 'accent',
} as const;

/** The coloured head of a card: what it is about, and how bad it is. */
export function header(message: Message): Element {
  const only = onlyItem(message);
  const severity = severityOf(message);
  const above = only ? labelOf(only.group) : summary(message);
  return container(
    [
      anyText([{ text: above, size: 'Small', weight: 'Bolder' }]),
      anyText([{ text: headline(message), size: 'Large', weight: 'Bolder' }], { spacing: 'None' }),
    ],
    { style: severity ? styles[severity] : 'good', bleed: true },
  );
}
