import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export const APP = resolve(import.meta.dirname, 'app');
const MAIN = resolve(import.meta.dirname, '../../../local/functions-host/main.ts');

/** One line of the host's standard output, parsed. */
export type Line = Readonly<Record<string, unknown>>;

/** The host as its users run it: a child process that is watched through its output. */
export type HostProcess = {
  readonly url: string;
  readonly lines: readonly Line[];
  /** The first line, past or future, for which `wanted` holds. Rejects when the process ends first. */
  line(wanted: (line: Line) => boolean): Promise<Line>;
  /** What the fixture app told through `context.log`, of one kind, waiting until there are `count`. */
  saw(kind: string, count: number): Promise<readonly Line[]>;
  /** What it told so far. */
  told(kind: string): readonly Line[];
  readonly child: ChildProcess;
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>;
};

export type HostProcessOptions = {
  readonly args?: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
};

/** Starts `main.ts` and waits until it is ready. */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const watched = watchHostProcess(options);
  const ready = await watched.line(({ event }) => event === 'host.ready');
  return { ...watched, url: String(ready.url) };
}

/** Starts `main.ts` without waiting for anything. */
export function watchHostProcess({ args = [], settings }: HostProcessOptions): Omit<HostProcess, 'url'> {
  const child = spawn(process.execPath, [MAIN, '--port', '0', ...args], {
    env: { PATH: process.env.PATH ?? '', ...settings },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const lines: Line[] = [];
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const check of waiting) check();
  };
  let ended = false;

  createInterface({ input: child.stdout ?? process.stdin }).on('line', (text) => {
    lines.push(JSON.parse(text));
    changed();
  });
  child.once('close', () => {
    ended = true;
    changed();
  });

  const until = <T>(find: () => T | undefined, what: () => string): Promise<T> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = find();
        if (found === undefined && !ended) return;
        waiting.delete(check);
        if (found !== undefined) resolve(found);
        else
          reject(new Error(`The host ended before ${what()}. It said: ${JSON.stringify(lines.slice(-5))}`));
      };
      waiting.add(check);
      check();
    });

  const told = (kind: string): readonly Line[] =>
    lines
      .filter(({ event, message }) => event === 'app.log' && String(message).startsWith('{"saw"'))
      .map((line): Line => ({ function: line.function, ...JSON.parse(String(line.message)) }))
      .filter(({ saw }) => saw === kind);

  return {
    child,
    lines,
    told,
    line: (wanted) =>
      until(
        () => lines.find(wanted),
        () => `it printed the line ${wanted}`,
      ),
    saw: (kind, count) =>
      until(
        () => (told(kind).length >= count ? told(kind) : undefined),
        () => `it saw ${count} × ${kind}`,
      ),
    async stop() {
      if (ended) return child.exitCode;
      const exited = once(child, 'close');
      child.kill('SIGTERM');
      await exited;
      return child.exitCode;
    },
  };
}
