import { violationCodes } from '../../../domain/index.ts';
import { type Html, html, nothing } from '../../../html/html.ts';
import { effects } from '../../message/effects.ts';
import { factsOf, labelOf } from '../../message/facts.ts';
import { buttonsOf, type Links } from '../../message/links.ts';
import { type Group, type Item, type Message, onlyItem } from '../../message/message.ts';
import { headline, isOpen, number, severityOf, stateOf, summary, utc } from '../../message/words.ts';
import { buttons, colorOf, page, subtle, text } from './page.ts';

/** The message as the HTML of a mail. */
export function htmlMail(message: Message, links: Links): string {
  const only = onlyItem(message);
  const tone = severityOf(message) ?? 'over';
  const above = only ? labelOf(only.group) : summary(message);
  const opened = buttonsOf(only?.item, links);
  const footer = `entra-writeback · ${utc(message.at)} · route ${message.route}`;
  return page(
    tone,
    only ? only.item.message : above,
    html`<div class="tone-${tone}" style="color:${colorOf(tone)};font-size:12px;font-weight:600;letter-spacing:0.3px;">${above}</div>
${text(headline(message), 'font-size:22px;line-height:28px;font-weight:600;padding-bottom:12px;overflow-wrap:anywhere;')}
${only ? oneIncident(only.group, only.item) : message.groups.map((group) => groupTable(group, links))}
${opened.length > 0 ? buttons(opened) : nothing}
${subtle(only ? `${footer} · incident ${only.item.incidentId}` : footer, 'padding-top:20px;')}`,
  ).html;
}

function oneIncident(group: Group, item: Item): Html {
  const rows = factsOf(group, item).map(
    ({ label, value }) => html`<tr>
<td class="subtle line" valign="top" width="72" style="padding:6px 12px 6px 0;color:#616161;border-top:1px solid #e5e5e5;">${label}</td>
<td class="text line" valign="top" style="padding:6px 0;color:#242424;border-top:1px solid #e5e5e5;overflow-wrap:anywhere;">${value}</td>
</tr>`,
  );
  const advice = html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin-top:16px;"><tr>
<td class="box" style="padding:12px 16px;background-color:#f5f5f5;">${text('What to do', 'font-weight:600;')}${text(item.remedy)}</td>
</tr></table>`;
  return html`${text(item.message, 'padding-bottom:14px;overflow-wrap:anywhere;')}
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="font-size:14px;line-height:20px;">
${rows}
</table>
${isOpen(group) ? html`${advice}${subtle(violationCodes[group.code].meaning, 'padding-top:12px;')}` : nothing}`;
}

function groupTable(group: Group, links: Links): Html {
  const tone = isOpen(group) ? group.severity : 'over';
  const left = group.count - group.items.length;
  const rows = group.items.map((item) => itemRow(item, links));
  const advice = isOpen(group)
    ? html`${text(effects[group.code])}${text(`What to do: ${violationCodes[group.code].remedy}`, 'padding-bottom:8px;')}`
    : nothing;
  return html`<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="margin-top:12px;font-size:14px;line-height:20px;">
<tr><td class="edge-${tone}" colspan="2" style="padding:12px 0 4px 0;border-top:2px solid ${colorOf(tone)};">
${text(html`${number(group.count)} × ${group.code} <span class="tone-${tone}" style="color:${colorOf(tone)};font-weight:400;">&nbsp;${stateOf(group)}${group.event === 'updated' ? ', still open' : ''}</span>`, 'font-size:16px;font-weight:600;')}
${advice}</td></tr>
${rows}
${left > 0 ? html`<tr><td colspan="2" class="subtle line" style="padding:6px 0;color:#616161;border-top:1px solid #e5e5e5;">… and ${number(left)} more.</td></tr>` : nothing}
</table>`;
}

function itemRow({ subject, message, about, rule, count }: Item, links: Links): Html {
  const url = links.toObject(about);
  const name = url
    ? html`<a class="link" href="${url}" style="color:#2563a8;text-decoration:underline;">${subject}</a>`
    : html`${subject}`;
  const more = [rule === undefined ? '' : `Rule: ${rule}`, count > 1 ? `seen ${number(count)} times` : '']
    .filter((part) => part !== '')
    .join(' · ');
  return html`<tr>
<td class="text line" valign="top" width="34%" style="padding:6px 12px 6px 0;color:#242424;border-top:1px solid #e5e5e5;overflow-wrap:anywhere;">${name}</td>
<td class="text line" valign="top" style="padding:6px 0;color:#242424;border-top:1px solid #e5e5e5;overflow-wrap:anywhere;">${message}${more ? subtle(more) : nothing}</td>
</tr>`;
}
