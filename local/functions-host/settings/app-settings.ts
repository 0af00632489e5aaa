import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** App settings are environment variables, here as in Azure. */
export type Environment = Record<string, string | undefined>;

const localSettingsSchema = z.object({
  IsEncrypted: z.boolean().default(false),
  Values: z.record(z.string(), z.coerce.string()).default({}),
});

/**
 * Puts the app settings into `environment`: `given` wins over what is already there, which wins over `Values` of
 * local.settings.json (the order of the Azure Functions Core Tools).
 */
export async function applyAppSettings(
  directory: string,
  given: Readonly<Record<string, string>>,
  environment: Environment,
): Promise<void> {
  const fromFile = await readLocalSettings(join(directory, 'local.settings.json'));
  for (const [name, value] of Object.entries(fromFile)) environment[name] ??= value;
  Object.assign(environment, given);
}

async function readLocalSettings(file: string): Promise<Readonly<Record<string, string>>> {
  if (!existsSync(file)) return {};
  const parsed = localSettingsSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file} is not valid:\n${z.prettifyError(parsed.error)}`);
  if (parsed.data.IsEncrypted) {
    throw new Error(`${file} is encrypted, which only the Core Tools can undo. Run: func settings decrypt`);
  }
  return parsed.data.Values;
}

/** Replaces every `%Name%` in a binding option by that app setting. */
export function resolveExpressions(text: string, environment: Environment): string {
  return text.replace(/%([^%]+)%/g, (expression, name: string) => {
    const value = environment[name];
    if (value === undefined) {
      throw new Error(`${expression} in "${text}" names an app setting that is not set. Set ${name}.`);
    }
    return value;
  });
}

/** Whether `AzureWebJobs.<function>.Disabled` switches a function off. */
export function isDisabled(functionName: string, environment: Environment): boolean {
  const value = environment[`AzureWebJobs.${functionName}.Disabled`];
  return value === '1' || value?.toLowerCase() === 'true';
}
