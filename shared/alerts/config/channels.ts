import { z } from 'zod';

const settingName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,99}$/, {
    error:
      'is not the name of an app setting. Put the secret in an app setting (or a Key Vault reference) and write its name here, such as TEAMS_URL.',
  })
  .describe('Name of the app setting that holds the secret. The secret itself never stands in this file.');

const mailAddress = z
  .string()
  .max(254)
  .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, { error: 'is not a mail address (name@domain)' });
const recipients = z.array(mailAddress).min(1).max(50).describe('Who gets the mail.');

const teams = z.strictObject({
  kind: z.literal('teams'),
  urlSetting: settingName.describe(
    'Setting with the URL of a Teams workflow ("When a Teams webhook request is received").',
  ),
});

const mail = z
  .strictObject({
    kind: z.literal('mail'),
    host: z.string().min(1).max(253).describe('SMTP relay.'),
    port: z.int().min(1).max(65_535).default(25),
    startTls: z
      .enum(['required', 'opportunistic'])
      .default('required')
      .describe(
        'required: no mail without TLS and a valid certificate. opportunistic: TLS where it is offered, the certificate is not checked.',
      ),
    caFile: z
      .string()
      .optional()
      .describe(
        'PEM file of the authority that signed the certificate of the relay, where it is not public.',
      ),
    auth: z.strictObject({ user: z.string().min(1), passwordSetting: settingName }).optional(),
    from: mailAddress,
    to: recipients,
  })
  .refine(({ auth, startTls }) => !auth || startTls === 'required', {
    path: ['startTls'],
    error: 'must be required where auth is given: a password never goes over an unprotected connection.',
  });

const graphMail = z.strictObject({
  kind: z.literal('graphMail'),
  mailbox: mailAddress.describe(
    'Shared mailbox that sends. The identity of this app needs Mail.Send, limited to it by Exchange RBAC for Applications.',
  ),
  to: recipients,
});

const webhook = z.strictObject({
  kind: z.literal('webhook'),
  urlSetting: settingName.describe('Setting with the URL that takes CloudEvents 1.0 in structured JSON.'),
  secretSetting: settingName
    .optional()
    .describe('Setting with the secret that signs each event (Standard Webhooks, HMAC-SHA256).'),
});

/** Where alerts can go. */
export const ChannelSettings = z.discriminatedUnion('kind', [teams, mail, graphMail, webhook]);
export type ChannelSettings = z.output<typeof ChannelSettings>;

/** The app settings that a channel takes its secrets from. */
export function settingsOf(channel: ChannelSettings): readonly string[] {
  switch (channel.kind) {
    case 'teams':
      return [channel.urlSetting];
    case 'mail':
      return channel.auth ? [channel.auth.passwordSetting] : [];
    case 'graphMail':
      return [];
    case 'webhook':
      return [channel.urlSetting, ...(channel.secretSetting ? [channel.secretSetting] : [])];
  }
}
