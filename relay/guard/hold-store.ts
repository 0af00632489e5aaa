import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { holdMarkdown, type Intent, replaces, scopeOf, sessionOf } from '../../shared/domain/index.ts';
import { replaceFile } from './durable-file.ts';
import { Hold, pageOf } from './hold.ts';
import { dayMs } from './windows.ts';

/** The held plans of a relay: two files each, `<holdId>.json` for programs and `<holdId>.md` for people. */
export type HoldStore = {
  find(holdId: string): Hold | undefined;
  all(): readonly Hold[];
  /** Stores a new hold, or the same one in another state. */
  put(hold: Hold): Promise<void>;
  /** Ends the open holds that a newer intent for the same object replaces, all but `except`. */
  supersede(newer: Intent, except: string | undefined): Promise<readonly Hold[]>;
  /** Ends the open holds whose time is over, and forgets what has been closed for a month. */
  expire(now: Date): Promise<readonly Hold[]>;
};

const keptClosedMs = 30 * dayMs;

/** Opens the holds of a state directory. A file that cannot be read is an error, not an absent hold. */
export async function openHoldStore(stateDirectory: string): Promise<HoldStore> {
  const folder = join(stateDirectory, 'holds');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const holds = new Map<string, Hold>();
  for (const name of await readdir(folder)) {
    if (!/^hold-[0-9a-f]+\.json$/.test(name)) continue;
    const hold = await readHold(join(folder, name));
    holds.set(hold.holdId, hold);
  }

  const put = async (hold: Hold): Promise<void> => {
    await replaceFile(join(folder, `${hold.holdId}.json`), `${JSON.stringify(hold, undefined, 2)}\n`);
    await replaceFile(join(folder, `${hold.holdId}.md`), holdMarkdown(pageOf(hold)));
    holds.set(hold.holdId, hold);
  };
  const close = async (hold: Hold, state: 'superseded' | 'expired'): Promise<Hold> => {
    const closed: Hold = { ...hold, state };
    await put(closed);
    return closed;
  };
  const open = (): readonly Hold[] => [...holds.values()].filter(({ state }) => state === 'open');

  return {
    find: (holdId) => holds.get(holdId),
    all: () => [...holds.values()],
    put,
    async supersede(newer, except) {
      const replaced = open().filter(
        (hold) =>
          hold.holdId !== except &&
          sessionOf(hold.object) === sessionOf(newer.object) &&
          replaces(scopeOf(newer), scopeOf(hold.intent)),
      );
      return Promise.all(replaced.map((hold) => close(hold, 'superseded')));
    },
    async expire(now) {
      const over = (hold: Hold, afterMs: number): boolean =>
        Date.parse(hold.expiresAt) + afterMs <= now.getTime();
      for (const hold of [...holds.values()].filter(
        (one) => one.state !== 'open' && over(one, keptClosedMs),
      )) {
        holds.delete(hold.holdId);
        for (const ending of ['json', 'md'])
          await rm(join(folder, `${hold.holdId}.${ending}`), { force: true });
      }
      const late = open().filter((hold) => over(hold, 0));
      return Promise.all(late.map((hold) => close(hold, 'expired')));
    },
  };
}

/** Reads one hold. Throws with the name of the file and what to do. */
export async function readHold(path: string): Promise<Hold> {
  try {
    return Hold.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new Error(
      `The held plan ${path} cannot be read. Restore it, or delete it to have it planned again.`,
      {
        cause,
      },
    );
  }
}
