/** An element of an Adaptive Card 1.4. */
export type Element = Readonly<Record<string, unknown>> & { readonly type: string };

export type Look = {
  readonly size?: 'Small' | 'Medium' | 'Large';
  readonly weight?: 'Bolder';
  readonly color?: 'Attention' | 'Warning' | 'Accent' | 'Good';
  readonly isSubtle?: boolean;
};

/** A few words of our own: Teams reads Markdown in them, so nothing that others chose may be in them. */
export const ownText = (text: string, look: Look = {}, more: object = {}): Element => ({
  type: 'TextBlock',
  text,
  wrap: true,
  ...look,
  ...more,
});

/** A piece of text of any origin; `url` makes it a link. */
export type Run = Look & { readonly text: string; readonly url?: string | undefined };

/**
 * Text of any origin. A RichTextBlock takes no Markdown (learn.microsoft.com, Adaptive Cards, "Text
 * features"), so a name such as `[click](https://…)` is shown as it is.
 */
export const anyText = (runs: readonly Run[], more: object = {}): Element => ({
  type: 'RichTextBlock',
  inlines: runs.map(({ url, ...run }) => ({
    type: 'TextRun',
    ...run,
    ...(url && { selectAction: { type: 'Action.OpenUrl', title: 'Open', url } }),
  })),
  ...more,
});

/** A label of ours with a value of any origin beside it. */
export const row = (label: string, value: string): Element => ({
  type: 'ColumnSet',
  spacing: 'Small',
  columns: [
    { type: 'Column', width: '76px', items: [ownText(label, { isSubtle: true })] },
    { type: 'Column', width: 'stretch', items: [anyText([{ text: value }])] },
  ],
});

export const container = (items: readonly Element[], more: object = {}): Element => ({
  type: 'Container',
  items,
  ...more,
});
