import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { type Html, html } from '../../shared/html/html.ts';

/** Whether a browser asks: programs and the command line get JSON. */
export const wantsPage = (request: Pick<HttpRequest, 'headers'>): boolean =>
  request.headers.get('accept')?.includes('text/html') ?? false;

/** A page that loads and runs nothing; what it shows may come from anybody and is escaped. */
export const pageOf = (title: string, content: readonly Html[]): HttpResponseInit => ({
  status: 200,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
  body: document(title, content).html,
});

export const section = (title: string, content: Html | readonly Html[]): Html =>
  html`<h2>${title}</h2>${content}`;

/** Rows of cells, the first of each a heading. */
export const table = (rows: readonly (readonly (string | Html)[])[]): Html =>
  html`<table>${rows.map(
    ([first = '', ...others]) =>
      html`<tr><th>${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</table>`;

const document = (title: string, content: readonly Html[]): Html => html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light dark; --subtle: #616161; --line: #e0e0e0; --good: #237b4b; --bad: #c4314b; }
@media (prefers-color-scheme: dark) { :root { --subtle: #b0b0b0; --line: #444; --good: #8fd19e; --bad: #ff99a4; } }
body { font: 14px/20px 'Segoe UI', Arial, sans-serif; max-width: 960px; margin: 24px auto; padding: 0 16px; }
h1 { font-size: 24px; line-height: 32px; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 24px 0 6px; border-bottom: 2px solid var(--line); padding-bottom: 4px; }
p { margin: 4px 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line);
  font-weight: normal; overflow-wrap: anywhere; }
th { color: var(--subtle); width: 220px; }
ul { margin: 0; padding-left: 20px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.subtle { color: var(--subtle); } .good { color: var(--good); } .bad { color: var(--bad); }
</style>
</head>
<body>
${content}
</body>
</html>
`;
