import { z } from 'zod';

/** The elements of an Adaptive Card 1.4 that a webhook can use, with the properties that the schema knows. */

/** A card that a workflow posts has nobody to send other actions to. */
export const openUrl = z.strictObject({
  type: z.literal('Action.OpenUrl'),
  title: z.string().optional(),
  url: z.url(),
  tooltip: z.string().optional(),
  iconUrl: z.url().optional(),
  style: z.enum(['default', 'positive', 'destructive']).optional(),
  id: z.string().optional(),
});

const anyElement = {
  id: z.string().optional(),
  isVisible: z.boolean().optional(),
  separator: z.boolean().optional(),
  spacing: z.enum(['None', 'Small', 'Default', 'Medium', 'Large', 'ExtraLarge', 'Padding']).optional(),
  height: z.enum(['auto', 'stretch']).optional(),
};

const textLook = {
  text: z.string(),
  size: z.enum(['Small', 'Default', 'Medium', 'Large', 'ExtraLarge']).optional(),
  weight: z.enum(['Lighter', 'Default', 'Bolder']).optional(),
  color: z.enum(['Default', 'Dark', 'Light', 'Accent', 'Good', 'Warning', 'Attention']).optional(),
  isSubtle: z.boolean().optional(),
  fontType: z.enum(['Default', 'Monospace']).optional(),
};

const alignment = z.enum(['Left', 'Center', 'Right']).optional();
const style = z.enum(['default', 'emphasis', 'good', 'attention', 'warning', 'accent']).optional();

const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  ...anyElement,
  ...textLook,
  wrap: z.boolean().optional(),
  maxLines: z.int().optional(),
  horizontalAlignment: alignment,
});

const textRun = z.strictObject({
  type: z.literal('TextRun'),
  ...textLook,
  italic: z.boolean().optional(),
  strikethrough: z.boolean().optional(),
  underline: z.boolean().optional(),
  highlight: z.boolean().optional(),
  selectAction: openUrl.optional(),
});

const richTextBlock = z.strictObject({
  type: z.literal('RichTextBlock'),
  ...anyElement,
  inlines: z.array(z.union([z.string(), textRun])).min(1),
  horizontalAlignment: alignment,
});

const factSet = z.strictObject({
  type: z.literal('FactSet'),
  ...anyElement,
  facts: z.array(z.strictObject({ title: z.string(), value: z.string() })).min(1),
});

const container = z.strictObject({
  type: z.literal('Container'),
  ...anyElement,
  get items() {
    return z.array(element).min(1);
  },
  style,
  bleed: z.boolean().optional(),
  verticalContentAlignment: z.enum(['Top', 'Center', 'Bottom']).optional(),
});

const column = z.strictObject({
  type: z.literal('Column').optional(),
  ...anyElement,
  width: z.union([z.enum(['auto', 'stretch']), z.string().regex(/^\d+(px)?$/), z.number()]).optional(),
  get items() {
    return z.array(element).optional();
  },
  style,
});

const columnSet = z.strictObject({
  type: z.literal('ColumnSet'),
  ...anyElement,
  columns: z.array(column).min(1),
  style,
});

/** An element of the body. */
export const element: z.ZodType<{ type: string }> = z.lazy(() =>
  z.discriminatedUnion('type', [textBlock, richTextBlock, factSet, container, columnSet]),
);
