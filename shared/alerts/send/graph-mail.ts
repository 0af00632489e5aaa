import type { ChannelSettings } from '../config/channels.ts';
import { severityOf, subjectLine } from '../message/words.ts';
import { htmlMail } from '../render/mail/html-mail.ts';
import type { Send, SendDeps } from './channel.ts';

/** Sends mail from a shared mailbox by Microsoft Graph (user: sendMail, permission Mail.Send). */
export const graphMailSender =
  ({ mailbox, to }: Extract<ChannelSettings, { kind: 'graphMail' }>, deps: SendDeps): Send =>
  ({ message }) =>
    deps.graphMail(mailbox, {
      message: {
        subject: subjectLine(message),
        importance: severityOf(message) === 'critical' ? 'high' : 'normal',
        body: { contentType: 'HTML', content: htmlMail(message, deps.links) },
        // Graph passes on only headers that begin with x-. Nobody's absence is to be answered to us.
        internetMessageHeaders: [{ name: 'x-auto-response-suppress', value: 'All' }],
        toRecipients: to.map((address) => ({ emailAddress: { address } })),
      },
      saveToSentItems: false,
    });
