import type { ChannelSettings } from '../config/channels.ts';
import { teamsBody } from '../render/card/card.ts';
import { type Send, type SendDeps, settingMissing } from './channel.ts';
import { httpPost } from './http-post.ts';
import { shrinking } from './shrinking.ts';

/**
 * Largest bodies, tried in turn. Teams documents 28 KB for webhooks and has been seen to refuse from
 * 21 KB on; 20,000 bytes stay below 20 KB by either count.
 */
const sizes = [20_000, 12_000, 6_000, 2_500] as const;

/** Posts a card to a Teams workflow. It answers 202 before the card is shown: taken is all one can know. */
export const teamsSender =
  ({ urlSetting }: Extract<ChannelSettings, { kind: 'teams' }>, deps: SendDeps): Send =>
  ({ message }) => {
    const url = deps.setting(urlSetting);
    if (!url) return Promise.resolve(settingMissing(urlSetting));
    const headers = { 'content-type': 'application/json' };
    return shrinking(sizes, (size) =>
      httpPost({ url, headers, body: teamsBody(message, deps.links, size) }, deps),
    );
  };
