import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { glob } from 'tinyglobby';
import { z } from 'zod';

const packageSchema = z.object({ main: z.string().min(1).optional() });

/**
 * Imports the app: `entry`, or else `main` of package.json, which may be a glob as in Azure. TypeScript files run by Node's
 * type stripping; ESM or CommonJS is told apart by Node's own rules (`.mjs`, `.cjs`, `"type"`), which are the worker's too.
 */
export async function loadEntry(directory: string, entry: string | undefined): Promise<void> {
  const pattern = entry ?? (await readMain(directory));
  const files = await glob(pattern, { cwd: directory, absolute: true, expandDirectories: false });
  if (files.length === 0) {
    throw new Error(
      `No file matches the entry "${pattern}" in ${directory}. Build the app first (npm run build), or name its source, for example --entry functions/index.ts.`,
    );
  }
  for (const file of files.sort()) await import(pathToFileURL(file).href);
}

async function readMain(directory: string): Promise<string> {
  const file = join(directory, 'package.json');
  const { main } = packageSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  if (main === undefined)
    throw new Error(`${file} has no "main", so the entry is unknown. Add "main" or pass an entry.`);
  return main;
}
