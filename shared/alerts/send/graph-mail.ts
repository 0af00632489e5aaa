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
        toRecipients: to.map((address) => ({ emailAddress: { address } })),
      },
      saveToSentItems: false,
    });
