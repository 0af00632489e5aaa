import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { repository } from './folders.ts';

const Manifest = z.object({ name: z.string(), version: z.string(), license: z.string().optional() });

/**
 * The licences of everything in a bundle, which their authors ask to travel with it.
 * Throws where a package names no licence: then a person must look before it is shipped.
 */
export async function notices(packages: readonly string[]): Promise<string> {
  const texts = await Promise.all(packages.map(noticeOf));
  return `${['Third-party software in this package', ...texts].join(`\n\n${'-'.repeat(78)}\n\n`)}\n`;
}

async function noticeOf(folder: string): Promise<string> {
  const at = join(repository, folder);
  const manifest = Manifest.parse(JSON.parse(await readFile(join(at, 'package.json'), 'utf8')));
  const { name, version, license } = manifest;
  const files = (await readdir(at)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  if (!license && files.length === 0) {
    throw new Error(
      `${name} ${version} (${folder}) names no licence. Look before shipping it, or replace it.`,
    );
  }
  const texts = await Promise.all(files.map((file) => readFile(join(at, file), 'utf8')));
  return [`${name} ${version} (${license ?? 'see below'})`, ...texts.map((text) => text.trim())].join('\n\n');
}
