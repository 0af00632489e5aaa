import { type Html, html } from '../../../html/html.ts';
import type { Button } from '../../message/links.ts';

/** Colours that say how bad it is, on white and on dark ground. */
const tones = {
  critical: { light: '#c4314b', dark: '#ff99a4' },
  error: { light: '#c4314b', dark: '#ff99a4' },
  warning: { light: '#965000', dark: '#ffc166' },
  information: { light: '#2563a8', dark: '#8bb8ff' },
  over: { light: '#237b4b', dark: '#8fd19e' },
} as const;
export type Tone = keyof typeof tones;

/** The colour of a tone where there is no dark scheme, or none is asked for. */
export const colorOf = (tone: Tone): string => tones[tone].light;

const darkTones: Html = {
  html: Object.entries(tones)
    .map(
      ([name, { dark }]) =>
        `  .tone-${name} { color: ${dark} !important; }\n  .edge-${name} { border-top-color: ${dark} !important; }`,
    )
    .join('\n'),
};

/**
 * The frame of a mail: tables and inline styles, which every mail program knows; a dark scheme for
 * those that ask for it; nothing that is loaded from elsewhere.
 */
export const page = (tone: Tone, preview: string, content: Html): Html => html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>entra-writeback</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (prefers-color-scheme: dark) {
  .ground { background-color: #1f1f1f !important; }
  .sheet { background-color: #292929 !important; border-color: #3d3d3d !important; }
  .text { color: #f0f0f0 !important; }
  .subtle { color: #b5b5b5 !important; }
  .line { border-color: #454545 !important; }
  .box { background-color: #363636 !important; }
  .link { color: #8bb8ff !important; }
${darkTones}
}
</style>
</head>
<body class="ground" style="margin:0;padding:0;background-color:#f3f3f3;">
<div style="display:none;max-height:0;overflow:hidden;">${preview}</div>
<table role="presentation" class="ground" width="100%" cellpadding="0" cellspacing="0" border="0" style="background-color:#f3f3f3;">
<tr><td align="center" style="padding:16px 8px;">
<table role="presentation" class="sheet edge-${tone}" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:680px;background-color:#ffffff;border:1px solid #dddddd;border-top:4px solid ${colorOf(tone)};font-family:'Segoe UI',Arial,sans-serif;font-size:14px;line-height:20px;">
<tr><td style="padding:20px 24px 24px 24px;">
${content}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
`;

/** Buttons made of table cells, for mail programs that know no others; the first is the one to press. */
export const buttons = (all: readonly Button[]): Html => html`
<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin-top:20px;"><tr>
${all.map(({ url, title }, index) => (index === 0 ? first(url, title) : further(url, title)))}
</tr></table>`;

const first = (url: string, title: string): Html =>
  html`<td style="background-color:#2563a8;border-radius:4px;"><a href="${url}" style="display:inline-block;padding:8px 18px;color:#ffffff;text-decoration:none;font-weight:600;">${title}</a></td>`;

const further = (url: string, title: string): Html =>
  html`<td style="padding-left:16px;"><a class="link" href="${url}" style="color:#2563a8;text-decoration:underline;font-weight:600;">${title}</a></td>`;

export const text = (content: string | Html, style = ''): Html =>
  html`<div class="text" style="color:#242424;${style}">${content}</div>`;

export const subtle = (content: string | Html, style = ''): Html =>
  html`<div class="subtle" style="color:#616161;font-size:12px;line-height:16px;${style}">${content}</div>`;
