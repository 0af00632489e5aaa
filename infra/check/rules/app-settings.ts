import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Finding } from '../finding.ts';
import { platformSettings } from '../platform-settings.ts';

/** The variables of functions.bicep that hold app settings: those of our code, and those of Azure and libraries. */
const variables = { ours: 'appSettings', platform: 'platformSettings' } as const;

/** For the local broker alone: Azure uses the identity. */
const localOnly = new Set(['ServiceBus']);

/**
 * What production cannot do without, though the code has a default for a laptop, such as state in memory.
 * All other settings are given by the parameters `settings` and `secretSettings` where somebody wants another value.
 */
const neededInAzure = [
  'GRAPH_BASE_URL',
  'NOTIFICATION_CLIENT_STATE',
  'NOTIFICATION_CLIENT_STATE_PREVIOUS',
  'NOTIFICATION_URL',
  'POLICY_FILE',
  'STATE_STORE',
  'ServiceBus__clientId',
  'ServiceBus__fullyQualifiedNamespace',
];

/**
 * Every app setting in functions.bicep is read by somebody: by the code (`known`, the names in
 * shared/settings) or by Azure (platform-settings.ts). And everything that is needed is given.
 */
export function checkAppSettings(functions: BicepFile, known: readonly string[]): readonly Finding[] {
  const ours = namesIn(functions, variables.ours);
  const platform = namesIn(functions, variables.platform);
  const readByCode = new Set(known.filter((name) => !localOnly.has(name)));
  const given = new Set([...ours, ...platform].map(({ name }) => name));
  const mistakes = [
    ...ours
      .filter(({ name }) => !readByCode.has(name))
      .map(({ name, line }) => ({
        line,
        message: `${name} is no setting of the functions in Azure. See shared/settings/settings.ts.`,
      })),
    ...platform
      .filter(({ name }) => !(name in platformSettings))
      .map(({ name, line }) => ({
        line,
        message: `${name} is not in platform-settings.ts, which says who reads it.`,
      })),
    ...[...neededInAzure, ...Object.keys(platformSettings)]
      .filter((name) => !given.has(name))
      .map((name) => ({
        line: 1,
        message: `${name} is needed in Azure, but is not among the app settings.`,
      })),
  ];
  return mistakes.map((mistake) => ({ file: functions.path, ...mistake }));
}

function namesIn({ variables }: BicepFile, variable: string): readonly { name: string; line: number }[] {
  const value = variables.find(({ name }) => name === variable)?.value;
  return value?.kind === 'object'
    ? value.properties.map(({ name, line }) => ({ name: name ?? '', line }))
    : [];
}
