import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A line that a child printed: an event when it is JSON with an `event`, else plain text. */
export type ChildLine = { readonly from: string; readonly event: Readonly<Record<string, unknown>> };

export type Child = {
  readonly name: string;
  /** Resolves with the first event of this name; rejects when the child ends before. */
  readonly waitFor: (event: string, timeoutMs: number) => Promise<Readonly<Record<string, unknown>>>;
  readonly exited: Promise<number>;
  /** Asks the child to end, and ends it after the given time. */
  readonly stop: (graceMs?: number) => Promise<void>;
};

/**
 * Starts a Node program of this project as its own process. Its lines go to `onLine`; what it says
 * on standard error is kept, so that a failed start can be explained.
 */
export function startChild(o: {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly onLine: (line: ChildLine) => void;
}): Child {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', o.script, ...o.args],
    {
      env: { ...process.env, ...o.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const seen = new Map<string, Readonly<Record<string, unknown>>>();
  const waiting = new Map<string, (fields: Readonly<Record<string, unknown>>) => void>();
  const complaints: string[] = [];
  const complain = (text: string): void => {
    if (complaints.push(text) > 20) complaints.shift();
  };
  const onText = (text: string): void => {
    const event = parseEvent(text);
    o.onLine({ from: o.name, event });
    if (['error', 'critical', 'fatal'].includes(String(event.level)))
      complain(`${event.event}: ${event.message}`);
    const name = String(event.event);
    seen.set(name, event);
    waiting.get(name)?.(event);
  };
  if (child.stdout) createInterface({ input: child.stdout }).on('line', onText);
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', complain);
  }
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)));
  });
  return {
    name: o.name,
    exited,
    waitFor: (event, timeoutMs) =>
      new Promise((resolve, reject) => {
        const known = seen.get(event);
        if (known) return resolve(known);
        const fail = (why: string): void =>
          reject(new Error([`${o.name} ${why}.`, ...complaints].join('\n')));
        const timer = setTimeout(() => fail(`did not say ${event} within ${timeoutMs} ms`), timeoutMs);
        waiting.set(event, (fields) => {
          clearTimeout(timer);
          resolve(fields);
        });
        void exited.then((code) => {
          clearTimeout(timer);
          fail(`ended with ${code} before it said ${event}`);
        });
      }),
    stop: async (graceMs = 5000) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function parseEvent(text: string): Readonly<Record<string, unknown>> {
  if (text.startsWith('{')) {
    try {
      const value = JSON.parse(text) as unknown;
      if (typeof value === 'object' && value !== null && 'event' in value) return { ...value };
    } catch {
      // Not an event after all: shown as it is.
    }
  }
  return { event: 'text', text };
}
