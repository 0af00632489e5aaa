import { effects } from '../message/effects.ts';
import type { Links } from '../message/links.ts';
import { type Item, type Message, onlyItem } from '../message/message.ts';
import { severityOf, summary } from '../message/words.ts';
import type { Cover } from '../state/route-record.ts';

/** How much of a message an event says. */
export type Extent = 'everything' | 'examples' | 'counts';

/**
 * The message as one CloudEvent 1.0 in structured JSON. `incidents` are written out as far as the
 * message does; `others` names the rest by id. Texts are data here and not escaped.
 */
export function cloudEvent(
  message: Message,
  covers: readonly Cover[],
  links: Links,
  extent: Extent = 'everything',
): object {
  const only = onlyItem(message);
  const about = only?.item.about;
  const written = new Set(message.groups.flatMap(({ items }) => items.map(({ incidentId }) => incidentId)));
  const others = covers.filter(({ incidentId }) => !written.has(incidentId));
  return {
    specversion: '1.0',
    id: message.id,
    source: 'urn:entra-writeback',
    type: 'dev.entra-writeback.alerts.v1',
    time: message.at,
    ...(about && { subject: `${about.kind}:${about.id}` }),
    datacontenttype: 'application/json',
    data: {
      route: message.route,
      severity: severityOf(message) ?? null,
      summary: summary(message),
      groups: message.groups.map(({ event, code, severity, count }) => ({
        event,
        code,
        severity,
        count,
        effect: effects[code],
      })),
      ...(extent !== 'counts' && {
        incidents: message.groups.flatMap(({ event, code, items }) =>
          items.map((item) => incident(event, code, item, links)),
        ),
      }),
      ...(extent === 'everything' && {
        others: others.map(({ incidentId, event }) => ({ incidentId, event })),
      }),
    },
  };
}

const incident = (event: string, code: string, item: Item, links: Links): object => ({
  event,
  code,
  ...item,
  link: links.toObject(item.about) ?? null,
});
