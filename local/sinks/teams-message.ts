import { z } from 'zod';
import { element, openUrl } from './card-elements.ts';

/** The largest body that a Teams webhook takes, in bytes (Microsoft Learn, "Create Incoming Webhooks": 28 KB). */
export const teamsSizeLimit = 28 * 1024;

/** Teams renders Adaptive Cards up to version 1.5. */
const version = z.string().regex(/^1\.[0-5]$/, 'Teams renders Adaptive Cards of version 1.0 to 1.5');

/** An Adaptive Card as far as a webhook can use it. What the schema does not know, Teams may not show at all. */
export const adaptiveCard = z.strictObject({
  $schema: z.string().optional(),
  type: z.literal('AdaptiveCard'),
  version,
  body: z.array(element).min(1),
  actions: z.array(openUrl).optional(),
  fallbackText: z.string().optional(),
  lang: z.string().optional(),
  speak: z.string().optional(),
  /** Of Teams: a card as wide as the channel. */
  msteams: z.strictObject({ width: z.literal('Full') }).optional(),
});

/**
 * What the workflow trigger "When a Teams webhook request is received" takes: a message with Adaptive Cards as
 * attachments. We send one card per message.
 */
export const teamsMessage = z.object({
  type: z.literal('message'),
  attachments: z.tuple([
    z.object({
      contentType: z.literal('application/vnd.microsoft.card.adaptive'),
      contentUrl: z.null().optional(),
      content: adaptiveCard,
    }),
  ]),
});

export type AdaptiveCard = z.infer<typeof adaptiveCard>;

/** All that a person would read on a card, one piece per line. */
export function cardText(card: AdaptiveCard): string {
  return textsIn(card).join('\n');
}

const shownProperties = ['text', 'title', 'value', 'altText'];

function textsIn(node: unknown): readonly string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) =>
    typeof value === 'string' && shownProperties.includes(name) ? [value] : textsIn(value),
  );
}
