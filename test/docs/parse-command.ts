import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Command, CommanderError } from 'commander';
import { commands } from '../../cli/commands.ts';
import { programOf } from '../../cli/program.ts';

/**
 * The calls that a text of shell commands makes, word by word as bash sees them. Nothing is executed: without a
 * PATH every program is unknown to bash, which then only tells its name and arguments.
 */
export async function callsIn(text: string): Promise<readonly (readonly string[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-parse-'));
  const script = [
    // The substitution of a command is a word, and what is called inside it is told too.
    'command_not_found_handle() { printf "%s\\0" "$@" >&3; printf "\\1\\0" >&3; printf word; }',
    'exec 3>&1 >/dev/null',
    text,
  ].join('\n');
  try {
    const { stdout } = await promisify(execFile)('/bin/bash', ['-c', `${script}\ntrue`], {
      cwd: folder,
      env: { PATH: '/nowhere' },
    });
    return stdout
      .split('\u0001\0')
      .map((call) => call.split('\0').slice(0, -1))
      .filter((call) => call.length > 0);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Fails where the text is not shell. */
export const isShell = (text: string): Promise<unknown> =>
  promisify(execFile)('/bin/bash', ['-n', '-c', text]);

const program = programOf(commands);
silence(program);

/** Every command only parses what it is given, throws where that is wrong, and does nothing. */
function silence(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  if (command.parent) command.action(() => undefined);
  for (const one of command.commands) silence(one);
}

export type Parsed = 'complete' | 'name' | { readonly wrong: string };

/**
 * What the command line says of the arguments of `entra-writeback`: `name` where only a command is named
 * that needs more, as sentences do.
 */
export function parseArguments(args: readonly string[]): Parsed {
  try {
    program.parse(args, { from: 'user' });
    return 'complete';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const needsMore = /^commander\.(missing|help)/.test(error.code);
    if (needsMore && args.every((word) => /^[a-z-]+$/.test(word) && !word.startsWith('-'))) return 'name';
    if (error.code === 'commander.helpDisplayed') return 'complete';
    return { wrong: error.message };
  }
}
