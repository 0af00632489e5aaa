import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { StateError } from '../state-error.ts';
import type { ShelfWrite } from './shelf.ts';

/** The first line; `sequence` keeps version numbers from coming again when what had them is compacted away. */
const Head = z.strictObject({ journal: z.literal(1), sequence: z.int().min(0) });

const Line = z.strictObject({
  partition: z.string(),
  key: z.string(),
  sequence: z.int().min(1),
  json: z.string().optional(),
});

export type JournalRead = {
  readonly sequence: number;
  readonly writes: readonly ShelfWrite[];
  /** Bytes up to the end of the last whole line. */
  readonly length: number;
};

/**
 * Reads a journal. A last line that is not whole is what a crash left of a write nobody was told of:
 * it does not count. Anything else that is not whole is damage.
 *
 * @throws StateError STATE_FILE_BROKEN that names the line.
 */
export async function readJournal(path: string): Promise<JournalRead> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines = text.split('\n');
  // The piece after the last line feed: nothing, or the beginning of a line that was never finished.
  lines.pop();
  let head = Head.parse({ journal: 1, sequence: 0 });
  const writes: ShelfWrite[] = [];
  let length = 0;
  for (const [index, line] of lines.entries()) {
    const parsed = parse(line);
    if (index === 0 && Head.safeParse(parsed).success) head = Head.parse(parsed);
    else {
      const write = Line.safeParse(parsed);
      if (!write.success) {
        if (index === lines.length - 1) break;
        throw new StateError(
          'STATE_FILE_BROKEN',
          `Line ${index + 1} of ${path} is damaged. Delete that line to lose one write, or the file to start anew: a sweep builds it again.`,
        );
      }
      const { json, ...rest } = write.data;
      writes.push(json === undefined ? rest : { ...rest, json });
    }
    length += Buffer.byteLength(line) + 1;
  }
  return { sequence: head.sequence, writes, length };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export const journalText = (writes: readonly ShelfWrite[]): string =>
  writes.map((write) => `${JSON.stringify(write)}\n`).join('');

/** Opens a journal for appending, cut to its whole lines. */
export async function openJournal(path: string, length: number): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'a');
  await file.truncate(length);
  return file;
}

/** Replaces a journal by a shorter one that says the same. A crash leaves the old or the new one, never a mixture. */
export async function rewriteJournal(
  path: string,
  sequence: number,
  writes: readonly ShelfWrite[],
): Promise<FileHandle> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w');
  try {
    await file.writeFile(`${JSON.stringify({ journal: 1, sequence })}\n${journalText(writes)}`);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const directory = await open(dirname(path), 'r');
  await directory.sync().finally(() => directory.close());
  return open(path, 'a');
}
