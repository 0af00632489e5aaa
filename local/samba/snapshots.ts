import { createHash } from 'node:crypto';
import { constants, existsSync, readFileSync } from 'node:fs';
import { cp, lstat, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import { withLock } from './lock.ts';
import { createWorkFolder } from './work-folders.ts';

const dayInMs = 24 * 60 * 60 * 1000;

/**
 * A folder that is expensive to fill, kept for later starts and never changed once it exists. Processes that ask
 * for the same snapshot at the same time wait for the one that builds it.
 *
 * @param recipe everything that determines the content; the sources in this folder count too, so that a snapshot made
 *   by an older version of this code is never used
 * @param build fills the empty folder that it is given
 */
export async function ensureSnapshot(
  recipe: Readonly<Record<string, unknown>>,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const generation = join(cacheFolder(), await sourcesDigest());
  const folder = join(generation, digest(JSON.stringify(recipe)));
  if (!existsSync(folder)) {
    await withLock(folder, async () => {
      if (existsSync(folder)) return;
      await removeOldGenerations();
      await mkdir(generation, { recursive: true });
      await buildAndPublish(folder, build);
    });
  }
  const now = new Date();
  await utimes(generation, now, now);
  return folder;
}

async function buildAndPublish(folder: string, build: (folder: string) => Promise<void>): Promise<void> {
  const draft = await createWorkFolder();
  try {
    await build(draft);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another network namespace has locks of its own and may have been faster: its result is as good.
    if (!existsSync(folder)) throw error;
  }
}

/** Copies a snapshot into an existing folder, leaving out the sockets that a running controller had in it. */
export async function restoreSnapshot(snapshot: string, folder: string): Promise<void> {
  await cp(snapshot, folder, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    filter: async (source) => !(await lstat(source)).isSocket(),
  });
}

async function removeOldGenerations(): Promise<void> {
  const root = cacheFolder();
  for (const name of await readdir(root)) {
    if (name === 'run') continue;
    const folder = join(root, name);
    const lastUse = (await stat(folder)).mtimeMs;
    if (Date.now() - lastUse > dayInMs) await rm(folder, { recursive: true, force: true });
  }
}

const sourcesDigest = (): Promise<string> => digestOf([import.meta.dirname]);

/** A short digest of all code in these folders and below. */
export async function digestOf(folders: readonly string[]): Promise<string> {
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true }))
        .filter((name) => /\.(ts|py|yaml)$/.test(name))
        .toSorted()
        .map((name) => readFileSync(join(folder, name), 'utf8')),
    ),
  );
  return digest(files.flat().join('\0'));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
