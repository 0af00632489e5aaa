import { StateError } from '../state-error.ts';
import { journalText, openJournal, rewriteJournal } from './journal.ts';
import type { Shelf, ShelfWrite } from './shelf.ts';

/** A journal is compacted when it has this many lines more than twice what is alive. */
const slack = 1000;

/**
 * Appends the writes of a shelf to its journal. What arrives while the disk is busy goes together.
 * After an error nothing is written any more: memory and disk no longer say the same.
 */
export async function createJournalWriter(
  path: string,
  start: { length: number; lines: number },
  shelf: Shelf,
) {
  let file = await openJournal(path, start.length);
  let { length, lines } = start;
  let waiting: ShelfWrite[] = [];
  let scheduled: Promise<void> | undefined;
  let tail: Promise<void> = Promise.resolve();
  let broken: unknown;

  const compact = async (): Promise<void> => {
    await file.close();
    file = await rewriteJournal(path, shelf.sequence(), shelf.writes());
    length = (await file.stat()).size;
    lines = shelf.size();
  };

  const flush = async (): Promise<void> => {
    const writes = waiting;
    waiting = [];
    scheduled = undefined;
    try {
      if ((await file.stat()).size !== length) {
        throw new StateError(
          'STATE_FILE_BROKEN',
          `${path} was written by another process. Let only one process use it at a time, then start again.`,
        );
      }
      const text = journalText(writes);
      await file.appendFile(text);
      await file.datasync();
      length += Buffer.byteLength(text);
      lines += writes.length;
      if (lines > 2 * shelf.size() + slack) await compact();
    } catch (error) {
      broken = error;
      throw error;
    }
  };

  return {
    /** @throws the error that ended writing, if one did. */
    check: (): void => {
      if (broken !== undefined) throw broken;
    },
    /** Resolves when the write is on disk. */
    append: (write: ShelfWrite): Promise<void> => {
      waiting.push(write);
      if (!scheduled) {
        scheduled = tail.then(flush);
        tail = scheduled;
      }
      return scheduled;
    },
    close: async (): Promise<void> => {
      await tail.catch(() => {});
      await file.close();
    },
  };
}
