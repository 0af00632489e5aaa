import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { glob } from 'tinyglobby';
import { z } from 'zod';
import { settingsSchema } from '../../shared/settings/settings.ts';
import { repository } from '../package/folders.ts';
import type { BicepFile } from './bicep/bicep-file.ts';
import { bicepReader } from './bicep/read-bicep.ts';
import type { Finding } from './finding.ts';
import { checkAppSettings } from './rules/app-settings.ts';
import { checkDescriptions } from './rules/descriptions.ts';
import { checkModules } from './rules/modules.ts';
import { checkNames } from './rules/names.ts';
import { checkOutputs } from './rules/outputs.ts';
import { checkParameterFile } from './rules/parameter-file.ts';
import { checkProperties } from './rules/properties.ts';
import { checkQueues, type Entity } from './rules/queues.ts';
import { checkRoles } from './rules/roles.ts';
import { checkSyntax } from './rules/syntax.ts';

const infra = join(repository, 'infra');

/** What the Bicep files are held against. */
export type Facts = {
  /** Names of the settings of the functions. */
  readonly settings: readonly string[];
  /** main.parameters.json, by parameter. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly roles: Readonly<Record<string, string>>;
  readonly queues: readonly Entity[];
};

/** All checks that need no network. `bicep build` and what-if find more; docs/deploy.md says where they run. */
export const checkAll = (files: readonly BicepFile[], facts: Facts): readonly Finding[] => [
  ...checkSyntax(files),
  ...checkNames(files),
  ...checkModules(files),
  ...checkProperties(files),
  ...checkDescriptions(files),
  ...checkOutputs(files),
  ...checkRoles(files, facts.roles),
  ...checkQueues(files, facts.queues),
  ...checkParameterFile(files, facts.values, facts.settings),
  ...files
    .filter(({ path }) => path === 'modules/functions.bicep')
    .flatMap((functions) => checkAppSettings(functions, facts.settings)),
];

/** The Bicep files of infra/, sorted by path. */
export async function readInfra(): Promise<readonly BicepFile[]> {
  const read = await bicepReader();
  const paths = (await glob('**/*.bicep', { cwd: infra })).sort();
  return Promise.all(paths.map(async (path) => read(path, await readFile(join(infra, path), 'utf8'))));
}

const EntityFile = z.object({
  UserConfig: z.object({
    Namespaces: z.tuple([
      z.object({
        Queues: z.array(z.object({ Name: z.string(), Properties: z.record(z.string(), z.unknown()) })),
      }),
    ]),
  }),
});

const ParameterFile = z.object({
  parameters: z.record(
    z.string(),
    z.object({ value: z.unknown() }).transform(({ value }) => value),
  ),
});

/** The tables that the code itself uses: settings, queues and roles. */
export async function readFacts(): Promise<Facts> {
  const json = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(infra, file), 'utf8'));
  return {
    settings: Object.keys(settingsSchema.shape),
    values: ParameterFile.parse(await json('main.parameters.json')).parameters,
    roles: z.record(z.string(), z.guid()).parse(await json('roles.json')),
    queues: EntityFile.parse(await json('service-bus.json')).UserConfig.Namespaces[0].Queues,
  };
}
