import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';

/** The relay as people run it: a process with a settings file, seen by its log and its exit code. */
export type RelayProcess = {
  readonly lines: Readonly<Record<string, unknown>>[];
  readonly errors: string[];
  /** Resolves with the first (or another) line of this event, past or future; rejects when the process ends before. */
  logged(event: string, which?: number): Promise<Readonly<Record<string, unknown>>>;
  readonly exited: Promise<number | string>;
  signal(name: NodeJS.Signals): void;
};

export type RelayFolder = {
  readonly path: string;
  /** Writes relay.yaml, or any other file. */
  write(name: string, content: object | string): Promise<string>;
  remove(): Promise<void>;
};

export async function relayFolder(): Promise<RelayFolder> {
  const path = await mkdtemp(join(tmpdir(), 'relay-process-'));
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await writeFile(file, typeof content === 'string' ? content : stringify(content));
      return file;
    },
    remove: () => rm(path, { recursive: true, force: true }),
  };
}

/** `program` is the relay: the sources, or one that was built or installed. */
export function startProcess(args: readonly string[], program = 'relay/main.ts'): RelayProcess {
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: Record<string, unknown>[] = [];
  const errors: string[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout)
    createInterface({ input: child.stdout }).on('line', (text) => {
      lines.push(JSON.parse(text));
      for (const look of waiting) look();
    });
  if (child.stderr) createInterface({ input: child.stderr }).on('line', (text) => errors.push(text));
  const exited = once(child, 'close').then(([code, signal]) => code ?? signal);
  return {
    lines,
    errors,
    exited,
    logged: (event, which = 1) =>
      new Promise((found, ended) => {
        const look = (): void => {
          const line = lines.filter((one) => one.event === event)[which - 1];
          if (!line) return;
          waiting.delete(look);
          found(line);
        };
        waiting.add(look);
        look();
        void exited.then((code) =>
          ended(new Error(`The relay ended (${code}) before ${event}. ${errors.join('\n')}`)),
        );
      }),
    signal: (name) => child.kill(name),
  };
}
