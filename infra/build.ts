import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Command } from 'commander';
import { distFolder, repository } from './package/folders.ts';
import { functionsPackage } from './package/functions-package.ts';
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
const { policy } = new Command('build')
  .description('Builds the functions package and the relay package into dist/.')
  .option('--policy <file>', 'policy to deploy with the functions; without it the default policy')
  .parse()
  .opts<{ policy?: string }>();

try {
  await buildAll(policy ?? process.env.ENTRA_WRITEBACK_POLICY);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function buildAll(policyFile: string | undefined): Promise<void> {
  const [functions, relay] = await Promise.all([functionsPackage(policyFile), relayPackage()]);
  await writeFolder(join(distFolder, 'functions'), functions.files);
  await write(join(distFolder, 'entra-writeback-functions.zip'), zip(functions.files));
  await write(join(distFolder, 'functions.mjs.map'), functions.sourceMap);
  await writeFolder(join(distFolder, 'relay'), relay);
  await write(join(distFolder, 'entra-writeback-relay.zip'), zip(relay));
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
  process.stdout.write(`${digest}  ${relative(repository, file)}  ${size}\n`);
}
