import { z } from 'zod';

/**
 * Every setting of the functions, with what it is for. `local.settings.sample.json`, the settings
 * reference and the infrastructure are checked against this table.
 */
const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ''));
const flag = z.enum(['on', 'off']);

export const settingsSchema = z.object({
  GRAPH_BASE_URL: url
    .default('https://graph.microsoft.com')
    .describe(
      'Microsoft Graph, without version. National clouds have their own, such as https://graph.microsoft.us.',
    ),
  GRAPH_WRITEBACK_CONFIGURATION: flag
    .default('on')
    .describe('Read writebackConfiguration of groups from Graph beta. Off for clouds that do not have it.'),
  NOTIFICATION_URL: url
    .optional()
    .describe(
      'Public address of this function app, to which Graph sends notifications (https://<app>.azurewebsites.net). Without it no subscriptions are made and changes are found by the feeds, within a minute.',
    ),
  NOTIFICATION_CLIENT_STATE: z
    .string()
    .min(16)
    .max(128)
    .optional()
    .describe(
      'Secret that Graph repeats in every notification, 16 to 128 characters. Needed with NOTIFICATION_URL.',
    ),
  NOTIFICATION_CLIENT_STATE_PREVIOUS: z
    .string()
    .min(16)
    .max(128)
    .optional()
    .describe('The secret before the last rotation, accepted until the subscriptions have been made anew.'),
  ServiceBus: z
    .string()
    .startsWith('Endpoint=')
    .optional()
    .describe(
      'Connection string of the Service Bus namespace; for the local broker. Azure uses the next two.',
    ),
  ServiceBus__fullyQualifiedNamespace: z
    .string()
    .regex(/^[\w.-]+$/)
    .optional()
    .describe('Service Bus namespace reached with the identity of the app (<name>.servicebus.windows.net).'),
  ServiceBus__clientId: z
    .string()
    .optional()
    .describe('Client id of the user-assigned identity for Service Bus.'),
  STATE_STORE: z
    .string()
    .default('memory:')
    .describe(
      'Where state is kept: https://<account>.table.core.windows.net in Azure, file:<path> or memory: locally.',
    ),
  POLICY_FILE: z
    .string()
    .optional()
    .describe('The policy, a YAML file. Without it the default policy holds. Read again when it changes.'),
  OPERATIONS_ACCESS: z
    .enum(['keys', 'entra'])
    .default('keys')
    .describe(
      'Who may use the operations endpoints. keys: whoever has the function key, and where App Service Authentication names the caller, only with the app role too. entra: only who is signed in and has the app role: with an access token alone where ENTRA_TENANT_ID and ENTRA_AUDIENCE are set, else by App Service Authentication and the key.',
    ),
  ENTRA_TENANT_ID: z
    .guid()
    .optional()
    .describe('Tenant whose access tokens are taken at the operations endpoints, instead of a key.'),
  ENTRA_AUDIENCE: z
    .string()
    .optional()
    .describe(
      'What the access tokens are for: client id or application ID URI of the app registration that declares the roles; several are separated by commas.',
    ),
  ENTRA_AUTHORITY: z
    .url({ protocol: /^https$/ })
    .default('https://login.microsoftonline.com')
    .describe(
      'Who issues the access tokens. National clouds have their own, such as https://login.microsoftonline.us.',
    ),
  AUDIT_RETENTION_DAYS: z.coerce
    .number()
    .min(1)
    .max(3650)
    .default(400)
    .describe(
      'How long the audit is kept, in days. Export it before (GET /api/audit/export) to keep it longer.',
    ),
  ALERTS_FILE: z
    .string()
    .optional()
    .describe(
      'Who is told of violations, and how: a YAML file (docs/alerts.md). Without it violations are kept and shown, and nobody is told.',
    ),
  PORTAL_URL: url
    .optional()
    .describe('Where links in alerts lead; without it the address in NOTIFICATION_URL.'),
  COMPLETION_SIGNING_KEY: z
    .string()
    .min(32)
    .optional()
    .describe(
      'Secret with which callbacks of completions are signed (Standard Webhooks: whsec_ and base64, or any text of 32 characters or more). Without it there are no callbacks, and callers poll.',
    ),
  COMPLETION_CALLBACK_HOSTS: z
    .string()
    .optional()
    .describe(
      'Hosts in private networks that callbacks of completions may go to, separated by commas (hooks.corp.example, *.intern.example). Public addresses need no mention.',
    ),
  SYNC_OBJECTS_PER_SECOND: z.coerce
    .number()
    .min(1)
    .max(1000)
    .default(50)
    .describe('Pace of the first synchronisation and of sweeps, so that live changes always go first.'),
  CONFIRM_AFTER_SECONDS: z.coerce
    .number()
    .min(1)
    .max(3600)
    .default(300)
    .describe('A complete read of the members that changed AD is confirmed by a second one after this time.'),
});

export type Settings = z.output<typeof settingsSchema>;

/** One thing wrong with the settings, in words that say how to mend it. */
export type SettingError = { readonly setting: string; readonly message: string };

export type SettingsResult =
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly errors: readonly SettingError[] };

/** Reads the settings from an environment. All errors are reported at once; secrets are never repeated. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): SettingsResult {
  const given = Object.fromEntries(
    Object.keys(settingsSchema.shape).flatMap((name) =>
      environment[name] ? [[name, environment[name]]] : [],
    ),
  );
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => {
      const setting = String(issue.path[0] ?? '');
      const about = settingsSchema.shape[setting as keyof Settings]?.description ?? '';
      return { setting, message: `${issue.message}. ${about}` };
    });
    return { ok: false, errors };
  }
  const errors = contradictions(parsed.data);
  return errors.length > 0 ? { ok: false, errors } : { ok: true, settings: parsed.data };
}

function contradictions(settings: Settings): readonly SettingError[] {
  const errors: SettingError[] = [];
  if (!settings.ServiceBus && !settings.ServiceBus__fullyQualifiedNamespace) {
    errors.push({
      setting: 'ServiceBus__fullyQualifiedNamespace',
      message:
        'is missing. Give the namespace (<name>.servicebus.windows.net), or a connection string in ServiceBus.',
    });
  }
  if (settings.NOTIFICATION_URL && !settings.NOTIFICATION_CLIENT_STATE) {
    errors.push({
      setting: 'NOTIFICATION_CLIENT_STATE',
      message: 'is missing. Notifications cannot be trusted without it: set a random text of 32 characters.',
    });
  }
  const { OPERATIONS_ACCESS, ENTRA_TENANT_ID, ENTRA_AUDIENCE } = settings;
  if ((ENTRA_TENANT_ID === undefined) !== (ENTRA_AUDIENCE === undefined)) {
    const setting = ENTRA_AUDIENCE === undefined ? 'ENTRA_AUDIENCE' : 'ENTRA_TENANT_ID';
    errors.push({ setting, message: 'is missing. Access tokens are taken where both are set.' });
  }
  if (ENTRA_AUDIENCE !== undefined && OPERATIONS_ACCESS !== 'entra') {
    const message = 'is set, but OPERATIONS_ACCESS is keys, so no token counts. Set it to entra.';
    errors.push({ setting: 'ENTRA_AUDIENCE', message });
  }
  return errors;
}

/** Where the Service Bus is, for `connect`. */
export function busConnectionOf(settings: Settings) {
  if (settings.ServiceBus) return { connectionString: settings.ServiceBus };
  return {
    fullyQualifiedNamespace: settings.ServiceBus__fullyQualifiedNamespace ?? '',
    ...(settings.ServiceBus__clientId && { clientId: settings.ServiceBus__clientId }),
  };
}
