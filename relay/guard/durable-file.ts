import { type FileHandle, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces a file as a whole: after a crash it holds either the old text or the new one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Makes a rename or a new file in a folder survive a power failure. Windows does so by itself. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** A file of lines that only grows, but for being rewritten shorter now and then. */
export type Journal = {
  /** Resolves when the line is on the disk, together with all lines before it. */
  append(line: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens a journal, which begins as `compacted()` says, and is rewritten so again after every
 * `compactAfter` lines. Lines that come while others are being synced share the next sync. A line
 * that cannot be written whole is not written at all.
 */
export async function openJournal(
  path: string,
  compacted: () => string,
  compactAfter = 5000,
): Promise<Journal> {
  await replaceFile(path, compacted());
  let file = await open(path, 'a', 0o600);
  let lines = 0;
  let waiting: string[] = [];
  let next: Promise<void> | undefined;
  let last: Promise<void> = Promise.resolve();

  const flush = async (): Promise<void> => {
    next = undefined;
    const batch = waiting;
    waiting = [];
    await appendWhole(file, batch.join(''));
    lines += batch.length;
    if (lines < compactAfter) return;
    await file.close();
    await replaceFile(path, compacted());
    file = await open(path, 'a', 0o600);
    lines = 0;
  };
  return {
    append(line) {
      waiting.push(`${line}\n`);
      next ??= last.then(flush);
      last = next.catch(() => undefined);
      return next;
    },
    async close() {
      await last;
      await file.close();
    },
  };
}

async function appendWhole(file: FileHandle, text: string): Promise<void> {
  const { size } = await file.stat();
  try {
    await file.appendFile(text);
    await file.datasync();
  } catch (error) {
    await file.truncate(size);
    throw error;
  }
}
