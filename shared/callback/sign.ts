import { createHmac } from 'node:crypto';

/**
 * The headers by which the receiver knows that a callback comes from us and is fresh, as in Standard
 * Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 of id, time and body, so that the libraries for it
 * verify them. `key` is `whsec_` and base64, or any text.
 */
export function signature(
  key: string,
  id: string,
  at: Date,
  body: string,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const secret = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : key;
  const digest = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${digest}` };
}
