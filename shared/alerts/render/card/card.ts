import { labelOf } from '../../message/facts.ts';
import { buttonsOf, type Links } from '../../message/links.ts';
import { countOf, type Message, onlyItem } from '../../message/message.ts';
import { summary, utc } from '../../message/words.ts';
import { anyText, type Element } from './elements.ts';
import { header } from './header.ts';
import { manyIncidents, type Room } from './many-incidents.ts';
import { oneIncident } from './one-incident.ts';

/** Room on a card, from plenty to hardly any. */
const rooms: readonly Room[] = [
  { groups: 12, itemsPerGroup: 8, textLength: 300 },
  { groups: 12, itemsPerGroup: 5, textLength: 160 },
  { groups: 8, itemsPerGroup: 3, textLength: 120 },
  { groups: 6, itemsPerGroup: 2, textLength: 80 },
  { groups: 4, itemsPerGroup: 1, textLength: 0 },
  { groups: 1, itemsPerGroup: 0, textLength: 0 },
];

/** Teams folds long cards: of very many incidents a few examples are enough. */
const isStorm = (message: Message): boolean => countOf(message) > 30;

/**
 * The message as the body of a post to a Teams workflow, in at most `maxBytes` where that can be done:
 * an Adaptive Card 1.4 that says less the less room there is.
 */
export function teamsBody(message: Message, links: Links, maxBytes: number): string {
  const fitting = isStorm(message) ? rooms.filter(({ itemsPerGroup }) => itemsPerGroup <= 3) : rooms;
  const bodies = fitting.map((room) => () => JSON.stringify(post(card(message, links, room))));
  let smallest = '';
  for (const make of bodies) {
    smallest = make();
    if (Buffer.byteLength(smallest) <= maxBytes) return smallest;
  }
  return smallest;
}

const post = (content: object): object => ({
  type: 'message',
  attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
});

function card(message: Message, links: Links, room: Room): object {
  const only = room.itemsPerGroup > 0 ? onlyItem(message) : undefined;
  const actions = buttonsOf(only?.item, links).map((button) => ({ type: 'Action.OpenUrl', ...button }));
  const body: readonly Element[] = [
    header(message),
    ...(only ? oneIncident(only.group, only.item) : manyIncidents(message.groups, room, links)),
    anyText([{ text: footer(message, only?.item.incidentId), size: 'Small', isSubtle: true }], {
      spacing: 'Medium',
    }),
  ];
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: `entra-writeback: ${only ? labelOf(only.group) : summary(message)}`,
    msteams: { width: 'Full' },
    body,
    ...(actions.length > 0 && { actions }),
  };
}

const footer = ({ at, route }: Message, incidentId: string | undefined): string =>
  [`entra-writeback`, utc(at), `route ${route}`, ...(incidentId ? [`incident ${incidentId}`] : [])].join(
    ' · ',
  );
