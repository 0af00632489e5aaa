import { createHmac } from 'node:crypto';
import type { ChannelSettings } from '../config/channels.ts';
import { cloudEvent } from '../render/event.ts';
import { type Send, type SendDeps, settingMissing } from './channel.ts';
import { httpPost } from './http-post.ts';
import { shrinking } from './shrinking.ts';

/** Posts a CloudEvent, signed where there is a secret. */
export const webhookSender =
  ({ urlSetting, secretSetting }: Extract<ChannelSettings, { kind: 'webhook' }>, deps: SendDeps): Send =>
  ({ message, covers }) => {
    const url = deps.setting(urlSetting);
    if (!url) return Promise.resolve(settingMissing(urlSetting));
    const secret = secretSetting && deps.setting(secretSetting);
    if (secretSetting && !secret) return Promise.resolve(settingMissing(secretSetting));
    return shrinking(['everything', 'examples', 'counts'] as const, (extent) => {
      const body = JSON.stringify(cloudEvent(message, covers, deps.links, extent));
      const signature = secret ? signatureHeaders(message.id, deps.now(), body, secret) : {};
      const headers = { 'content-type': 'application/cloudevents+json', ...signature };
      return httpPost({ url, body, headers, secrets: secret ? [secret] : [] }, deps);
    });
  };

/**
 * Headers that prove who sent a body, as Standard Webhooks has them (standardwebhooks.com): HMAC-SHA256
 * over id, time in seconds and body. A secret `whsec_…` is base64, any other one is taken as it is.
 */
export function signatureHeaders(id: string, at: Date, body: string, secret: string) {
  const seconds = Math.floor(at.getTime() / 1000);
  const prefix = 'whsec_';
  const key = secret.startsWith(prefix)
    ? Buffer.from(secret.slice(prefix.length), 'base64')
    : Buffer.from(secret, 'utf8');
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
}
