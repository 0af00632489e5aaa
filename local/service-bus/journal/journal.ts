import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { MessageLog } from '../queue/queue.ts';
import { decodeRecords, encodeRecord, type JournalRecord } from './record.ts';
import { type Replay, replay, summary } from './replay.ts';

/** A log of the queues in a file. */
export interface Journal extends MessageLog {
  /** What the file said when it was opened. */
  readonly past: Replay;
  /** Writes what is left and closes the file. */
  close(): Promise<void>;
}

/** For a broker that forgets everything when it stops. */
export const noJournal: Journal = {
  past: new Map(),
  put: () => {},
  remove: () => {},
  sessionState: () => {},
  remember: () => {},
  flushed: (done) => done(),
  close: async () => {},
};

/**
 * Opens a journal file, or begins one. What is no longer needed is dropped from it first, so that it only grows while the broker runs.
 *
 * A write that fails ends the process: messages that cannot be kept must not be accepted.
 *
 * @param now milliseconds since the epoch
 * @throws Error when the file is something else
 */
export async function openJournal(file: string, now: number): Promise<Journal> {
  mkdirSync(dirname(file), { recursive: true });
  const past = readPast(file);
  const compact = `${file}.new`;
  writeFileSync(compact, Buffer.concat([...summary(past, now)].map(encodeRecord)));
  renameSync(compact, file);
  const writer = groupWriter(await open(file, 'a'));
  const write = (record: JournalRecord): void => writer.write(encodeRecord(record));
  return {
    past,
    put: (queue, message) => write({ kind: 'message', queue, message }),
    remove: (queue, sequence) => write({ kind: 'removed', queue, sequence }),
    sessionState: (queue, session, state) =>
      write({ kind: 'session', queue, session, ...(state !== undefined && { state }) }),
    remember: (queue, messageId, until) => write({ kind: 'seen', queue, messageId, until }),
    flushed: writer.flushed,
    close: writer.close,
  };
}

function readPast(file: string): Replay {
  if (!existsSync(file)) return new Map();
  try {
    return replay(decodeRecords(readFileSync(file)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`${file}: is not a journal of the local broker. Delete it to start empty. (${reason})`);
  }
}

/** Writes in groups: while one group is on its way to the disk, the next one gathers. */
function groupWriter(file: FileHandle) {
  let gathered: Buffer[] = [];
  let waiting: (() => void)[] = [];
  let working: Promise<void> | undefined;

  const drain = async (): Promise<void> => {
    while (gathered.length > 0 || waiting.length > 0) {
      const group = gathered;
      const done = waiting;
      gathered = [];
      waiting = [];
      if (group.length > 0) {
        await file.appendFile(Buffer.concat(group));
        await file.datasync();
      }
      for (const call of done) call();
    }
    working = undefined;
  };
  const start = (): void => {
    working ??= Promise.resolve().then(drain);
  };
  return {
    write: (bytes: Buffer): void => {
      gathered.push(bytes);
      start();
    },
    flushed: (call: () => void): void => {
      waiting.push(call);
      start();
    },
    close: async (): Promise<void> => {
      await working;
      await file.close();
    },
  };
}
