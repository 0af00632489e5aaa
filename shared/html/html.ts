const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** HTML that has been escaped, or is our own. */
export type Html = { readonly html: string };

/** HTML from a template: what is put in is escaped, unless it is HTML already. */
export const html = (
  texts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html => ({
  html: texts.reduce(
    (all, text, index) => all + text + (index < values.length ? put(values[index]) : ''),
    '',
  ),
});

function put(value: string | number | Html | readonly Html[] | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') {
    return String(value).replace(/[&<>"']/g, (found) => entities[found] ?? '');
  }
  return 'html' in value ? value.html : value.map(({ html }) => html).join('');
}

export const nothing: Html = { html: '' };
