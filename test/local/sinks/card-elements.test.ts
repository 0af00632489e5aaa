import { expect, it } from 'vitest';
import { adaptiveCard } from '../../../local/sinks/teams-message.ts';

const card = (...body: readonly object[]) => ({ type: 'AdaptiveCard', version: '1.4', body });

it('A card of texts, columns and containers is taken', () => {
  const text = { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'x', weight: 'Bolder' }] };
  const columns = { type: 'ColumnSet', columns: [{ type: 'Column', width: '76px', items: [text] }] };
  const box = { type: 'Container', style: 'attention', bleed: true, items: [text, columns] };
  expect(adaptiveCard.safeParse(card(box, { type: 'TextBlock', text: 'y', wrap: true })).success).toBe(true);
});

it.each([
  [{ type: 'TextBlock', text: 'x', size: 'Huge' }],
  [{ type: 'TextBlock', text: 'x', style: 'heading' }],
  [{ type: 'Table', columns: [], rows: [] }],
  [{ type: 'Container', items: [] }],
  [{ type: 'Container', items: [{ type: 'TextRun', text: 'x' }] }],
  [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'x', wrap: true }] }],
  [{ type: 'ColumnSet', columns: [{ type: 'Column', width: '76 px', items: [] }] }],
])('%j is not of version 1.4 and refused', (element) => {
  expect(adaptiveCard.safeParse(card(element)).success).toBe(false);
});
