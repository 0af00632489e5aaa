import { readFile } from 'node:fs/promises';
import { createTransport } from 'nodemailer';
import type { ChannelSettings } from '../config/channels.ts';
import type { Links } from '../message/links.ts';
import { type Message, onlyItem } from '../message/message.ts';
import { severityOf, subjectLine } from '../message/words.ts';
import { htmlMail } from '../render/mail/html-mail.ts';
import { textMail } from '../render/mail/text-mail.ts';
import { type Send, type SendDeps, type SendResult, settingMissing } from './channel.ts';
import { redact } from './redact.ts';

type MailSettings = Extract<ChannelSettings, { kind: 'mail' }>;

/** Sends mail by an SMTP relay (RFC 5321), with STARTTLS (RFC 3207). */
export const mailSender =
  (settings: MailSettings, deps: SendDeps): Send =>
  async ({ message }) => {
    const { auth } = settings;
    const pass = auth && deps.setting(auth.passwordSetting);
    if (auth && !pass) return settingMissing(auth.passwordSetting);
    try {
      const ca = settings.caFile === undefined ? undefined : await readFile(settings.caFile);
      const transport = createTransport({
        host: settings.host,
        port: settings.port,
        requireTLS: settings.startTls === 'required',
        tls: { rejectUnauthorized: settings.startTls === 'required', ...(ca && { ca }) },
        ...(auth && pass && { auth: { user: auth.user, pass } }),
        connectionTimeout: deps.timeoutMs,
        greetingTimeout: deps.timeoutMs,
        socketTimeout: deps.timeoutMs,
      });
      await transport.sendMail(mailOf(message, settings, deps.links));
      return { result: 'taken' };
    } catch (error) {
      return failureOf(error, [pass]);
    }
  };

/** Mails of one incident form one thread; the message id is the same however often a mail is sent. */
function mailOf(message: Message, { from, to }: MailSettings, links: Links) {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const only = onlyItem(message);
  return {
    from: { name: 'entra-writeback', address: from },
    to: [...to],
    subject: subjectLine(message),
    text: textMail(message, links),
    html: htmlMail(message, links),
    messageId: `<${message.id}@${domain}>`,
    ...(only && { references: `<incident-${only.item.incidentId}@${domain}>` }),
    ...(severityOf(message) === 'critical' && { priority: 'high' as const }),
    // RFC 3834 §5, and what Exchange looks at: nobody's absence is to be answered to us.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
  };
}

/** RFC 5321 §4.2.1: a reply 4yz is worth another try, 5yz is not. Without a reply the relay is out of reach. */
function failureOf(error: unknown, secrets: readonly (string | undefined)[]): SendResult {
  const why = redact(error instanceof Error ? error.message : String(error), secrets);
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : undefined;
  return code !== undefined && code >= 500 ? { result: 'refused', why } : { result: 'later', why };
}
