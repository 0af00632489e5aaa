import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';

/** Unpacks an archive into a new folder, far from the sources and from node_modules. */
export async function unpack(archive: Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-package-'));
  for (const [name, contents] of Object.entries(unzipSync(archive))) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, contents);
  }
  return folder;
}
