import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';

const removedAtExit = new Set<string>();
process.once('exit', () => {
  for (const folder of removedAtExit) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/**
 * Makes an empty folder that belongs to this process. It is removed when the process exits; where the process was
 * killed, the next call by any process of the same user removes it.
 */
export async function createWorkFolder(): Promise<string> {
  const root = join(cacheFolder(), 'run');
  mkdirSync(root, { recursive: true });
  await removeAbandoned(root);
  const folder = await mkdtemp(join(root, `${process.pid}-${startTime(process.pid)}-`));
  removedAtExit.add(folder);
  return folder;
}

async function removeAbandoned(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (!ownerIsAlive(name)) await rm(join(root, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A process id may have been given to another process since, so the name of the folder carries the start time too. */
export function ownerIsAlive(folderName: string): boolean {
  const [pid, started = ''] = folderName.split('-');
  return started !== '' && startTime(Number(pid)) === started;
}

/** When a process started, in clock ticks since boot: field 22 of proc_pid_stat(5). Undefined if it is not alive. */
function startTime(pid: number): string | undefined {
  // The second field is the command in brackets and may itself contain spaces and brackets.
  const [state, ...others] = (readIfExists(`/proc/${pid}/stat`).split(') ').at(-1) ?? '').split(' ');
  return state === 'Z' ? undefined : others[18];
}

function readIfExists(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
