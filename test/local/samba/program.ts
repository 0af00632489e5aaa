import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A program of the tests, running in a process of its own. */
export interface Program {
  /** The first line that it printed. */
  readonly firstLine: string;
  /** Ends it like a crash, and waits until it is gone. */
  crash(): Promise<void>;
}

/** Runs one of the files in `programs/` until it has printed a line. */
export async function runProgram(name: string, ...args: readonly string[]): Promise<Program> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(import.meta.dirname, 'programs', name), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (child.stdout === null) throw new Error('no output');
  const [firstLine] = await once(createInterface(child.stdout), 'line');
  return {
    firstLine: String(firstLine),
    crash: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
