import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { createWorkFolder, ownerIsAlive } from '../../../local/samba/work-folders.ts';

it('leaves alone the folder of a process that is alive, and gives each caller another', async () => {
  const [one, two] = [await createWorkFolder(), await createWorkFolder()];
  expect(one).not.toBe(two);
  expect(existsSync(one)).toBe(true);
  expect(ownerIsAlive(basename(one))).toBe(true);
  await Promise.all([one, two].map((folder) => rm(folder, { recursive: true })));
});

it('takes a process that was given the id of an earlier owner for somebody else', () => {
  expect(ownerIsAlive(`${process.pid}-1-abcdef`)).toBe(false);
});

it.each(['', '0', '4194304-5-abc', 'nonsense'])('takes the owner of "%s" for dead', (name) => {
  expect(ownerIsAlive(name)).toBe(false);
});
