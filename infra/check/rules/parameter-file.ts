import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Finding } from '../finding.ts';

/** main.parameters.json gives what main.bicep needs and declares, and names settings that exist. */
export function checkParameterFile(
  files: readonly BicepFile[],
  values: Readonly<Record<string, unknown>>,
  knownSettings: readonly string[],
): readonly Finding[] {
  const parameters = files.find(({ path }) => path === 'main.bicep')?.parameters ?? [];
  const declared = new Set(parameters.map(({ name }) => name));
  // Not secretSettings: alerts.yaml chooses their names.
  const settings = Object.keys(Object(values.settings));
  const messages = [
    ...Object.keys(values)
      .filter((name) => !declared.has(name))
      .map((name) => `${name} is no parameter of main.bicep.`),
    ...parameters
      .filter(({ name, hasDefault }) => !hasDefault && !(name in values))
      .map(({ name }) => `${name} is missing; main.bicep needs it.`),
    ...settings
      .filter((name) => !knownSettings.includes(name))
      .map((name) => `${name} is no setting of the functions. See shared/settings/settings.ts.`),
  ];
  return messages.map((message) => ({ file: 'main.parameters.json', line: 1, message }));
}
