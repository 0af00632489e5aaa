import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DomainController, defaultPassword, defaultRealm, startFromSnapshot } from './controller.ts';
import type { DomainControllerOptions } from './domain-controller.ts';
import { rightsDigest } from './let-write.ts';
import { ensureSchemaSnapshot } from './schema-snapshot.ts';
import { seedDirectory } from './seed.ts';
import { type SeededDirectory, type SeedOptions, seededDirectorySchema } from './seed-types.ts';
import { ensureSnapshot } from './snapshots.ts';

/** A running controller, and what is in its domain. */
export interface SeededController {
  readonly dc: DomainController;
  readonly directory: SeededDirectory;
}

/**
 * Starts a controller whose domain is already seeded. The seeded databases are kept, so that only the first start with
 * these options takes long, and every start with them has the same SIDs and GUIDs.
 */
export async function startSeededController(
  options: DomainControllerOptions & { readonly seed?: SeedOptions } = {},
): Promise<SeededController> {
  const { schema = '2016', realm = defaultRealm, password = defaultPassword, seed = {} } = options;
  const empty = await ensureSchemaSnapshot(realm, schema, password);
  const seeded = await ensureSnapshot(
    { kind: 'seeded', empty, seed, rights: await rightsDigest() },
    async (directory) => {
      const dc = await startFromSnapshot({ directory, realm, password }, empty);
      try {
        await writeFile(join(directory, contentFile), JSON.stringify(await seedDirectory(dc, seed)));
      } finally {
        await dc.stop();
      }
      await rm(dc.logFile);
    },
  );
  const dc = await startFromSnapshot(options, seeded);
  try {
    // From the controller's own folder: a directory that was given may hold an earlier domain with other SIDs.
    return { dc, directory: await readContent(dc.folder) };
  } catch (error) {
    await dc.stop();
    throw error;
  }
}

const contentFile = 'seeded-directory.json';

async function readContent(folder: string): Promise<SeededDirectory> {
  const text = await readFile(join(folder, contentFile), 'utf8').catch((cause: unknown) => {
    throw new Error(`${folder} holds a domain that was not seeded. Give another directory, or remove it.`, {
      cause,
    });
  });
  return seededDirectorySchema.parse(JSON.parse(text));
}
