import type { Command } from 'commander';
import { type Connection, call, connectionOf } from './api.ts';
import { allPrintable } from './printable.ts';

/** The options of the program, which hold for every command. */
export type Globals = { readonly url?: string; readonly stack: string; readonly json?: boolean };

export const globalsOf = (command: Command): Globals => command.optsWithGlobals<Globals>();

/** The functions that the options name. */
export const connect = (command: Command): Promise<Connection> =>
  connectionOf(globalsOf(command), process.env);

/** Asks the functions, and prints the answer: as a page, or as it came where `--json` was given. */
export async function answer(
  command: Command,
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  render: (found: unknown) => string,
): Promise<void> {
  print(command, await call(await connect(command), method, path, body), render);
}

/** Prints what was found: as a page, or as it came where `--json` was given. */
export const print = (command: Command, found: unknown, render: (found: unknown) => string): void =>
  console.log(globalsOf(command).json ? pretty(found) : render(allPrintable(found)));

/** Anything, readable as it is. */
export const pretty = (value: unknown): string => JSON.stringify(value, null, 2);
