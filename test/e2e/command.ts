import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

const program = resolve(import.meta.dirname, '../../bin/entra-writeback.mjs');

/** Runs `entra-writeback` against a running stack, as a person would, and answers what it printed. */
export const runCommand = (
  stackFile: string,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly error: string }> =>
  new Promise((done) => {
    const env = { ...process.env, ENTRA_WRITEBACK_URL: '', NO_COLOR: '1', FORCE_COLOR: undefined };
    execFile(process.execPath, [program, '--stack', stackFile, ...args], { env }, (failure, out, error) =>
      done({ code: typeof failure?.code === 'number' ? failure.code : 0, out, error }),
    );
  });
