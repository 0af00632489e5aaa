import type { ChannelSettings } from '../config/channels.ts';
import type { Send, SendDeps } from './channel.ts';
import { graphMailSender } from './graph-mail.ts';
import { mailSender } from './mail.ts';
import { teamsSender } from './teams.ts';
import { webhookSender } from './webhook.ts';

/** The sender of a channel. */
export function createSender(settings: ChannelSettings, deps: SendDeps): Send {
  switch (settings.kind) {
    case 'teams':
      return teamsSender(settings, deps);
    case 'mail':
      return mailSender(settings, deps);
    case 'graphMail':
      return graphMailSender(settings, deps);
    case 'webhook':
      return webhookSender(settings, deps);
  }
}
