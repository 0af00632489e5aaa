import { z } from 'zod';
import { settingsSchema } from './settings.ts';

/** One setting as people read of it. */
type Described = { readonly name: string; readonly about: string; readonly fallback: unknown };

/** Every setting in the order of the table, with its description and its default. */
export function describedSettings(): readonly Described[] {
  const schema = z.toJSONSchema(settingsSchema, { io: 'input' });
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    about: String(Object(property).description ?? ''),
    fallback: Object(property).default,
  }));
}

/**
 * `local.settings.sample.json`: what the Functions tools read, with an explanation of every setting
 * in `Explained`, which they ignore.
 */
export function sampleSettings(): string {
  const settings = describedSettings();
  const values = settings
    .filter(({ name }) => !name.includes('__'))
    .map(({ name, fallback }) => [name, fallback === undefined ? '' : String(fallback)]);
  return `${JSON.stringify(
    {
      IsEncrypted: false,
      Explained: Object.fromEntries(settings.map(({ name, about }) => [name, about])),
      Values: {
        FUNCTIONS_WORKER_RUNTIME: 'node',
        AzureWebJobsStorage: 'UseDevelopmentStorage=true',
        ...Object.fromEntries(values),
        ServiceBus:
          'Endpoint=sb://127.0.0.1:5672;SharedAccessKeyName=local;SharedAccessKey=local;UseDevelopmentEmulator=true;',
      },
    },
    null,
    2,
  )}\n`;
}

/** `docs/reference/settings.md`. */
export const settingsPage = (): string =>
  [
    '# Settings of the functions',
    '',
    'Generated from `shared/settings/settings.ts` by `node docs/generate.ts`.',
    '',
    '| setting | default | what it is for |',
    '|---|---|---|',
    ...describedSettings().map(
      ({ name, about, fallback }) =>
        `| \`${name}\` | ${fallback === undefined ? '' : `\`${String(fallback)}\``} | ${about.replaceAll('|', '\\|')} |`,
    ),
    '',
  ].join('\n');
