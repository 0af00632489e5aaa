import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { distFolder } from './package/folders.ts';
import { type Configuration, functionsPackage } from './package/functions-package.ts';
import { relayPackage } from './package/relay-package.ts';
import { type Files, zip } from './package/zip.ts';

/**
 * `npm run build`: everything that is deployed, under dist/.
 *
 *   functions/                      what Azure mounts as /home/site/wwwroot; `azd deploy` sends this folder
 *   entra-writeback-functions.zip   the same as one file
 *   functions.mjs.map               to read stack traces with; not deployed
 *   relay/                          the relay as one file, and what makes a service of it
 *   entra-writeback-relay.zip       the same as one file
 *
 * The same sources and dependencies give the same bytes, so a digest proves what runs.
 */
const { policy, alerts, out } = new Command('build')
  .description('Builds the functions package and the relay package into dist/.')
  .option('--policy <file>', 'policy to deploy with the functions; without it the default policy')
  .option('--out <folder>', 'where the packages go', distFolder)
  .option('--alerts <file>', 'alerts.yaml to deploy with the functions (docs/alerts.md)')
  .parse()
  .opts<{ policy?: string; alerts?: string; out: string }>();

try {
  // From the environment where `azd` runs the build: azd env set ENTRA_WRITEBACK_POLICY policy.yaml
  const { ENTRA_WRITEBACK_POLICY, ENTRA_WRITEBACK_ALERTS } = process.env;
  await buildAll(resolve(out), {
    policyFile: policy ?? (ENTRA_WRITEBACK_POLICY || undefined),
    alertsFile: alerts ?? (ENTRA_WRITEBACK_ALERTS || undefined),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function buildAll(folder: string, configuration: Configuration): Promise<void> {
  const [functions, relay] = await Promise.all([functionsPackage(configuration), relayPackage()]);
  await writeFolder(join(folder, 'functions'), functions.files);
  await write(join(folder, 'entra-writeback-functions.zip'), zip(functions.files));
  await write(join(folder, 'functions.mjs.map'), functions.sourceMap);
  await writeFolder(join(folder, 'relay'), relay);
  await write(join(folder, 'entra-writeback-relay.zip'), zip(relay));
}

async function writeFolder(folder: string, files: Files): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [name, contents] of Object.entries(files)) await write(join(folder, name), contents);
}

async function write(file: string, contents: Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, contents);
  const digest = createHash('sha256').update(contents).digest('hex');
  const size = `${Math.ceil(contents.length / 1024)} KB`;
  process.stdout.write(`${digest}  ${relative(process.cwd(), file)}  ${size}\n`);
}
