/**
 * The Functions host as a process of its own: `node local/functions-host/main.ts --help`.
 * Standard output is one JSON object per line: log entries, and once `{"event":"host.ready","url":…}`. SIGTERM, SIGINT and
 * the end of an IPC parent stop it gracefully; a second signal at once.
 */
import { format } from 'node:util';
import { startFunctionsHost } from './host.ts';
import { createLog, LOG_LEVELS, type LogEntry, summariseError } from './log.ts';
import { parseProcessOptions, USAGE } from './process-options.ts';

const writeLine = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const log = createLog(writeLine);

/** What the app prints would break the line protocol, so it becomes log entries. */
function captureConsole(): void {
  const levels = {
    debug: 'debug',
    log: 'information',
    info: 'information',
    warn: 'warning',
    error: 'error',
  } as const;
  for (const [method, level] of Object.entries(levels)) {
    Object.assign(console, {
      [method]: (...args: unknown[]) => log({ level, event: 'console', message: format(...args) }),
    });
  }
}

function exitOnFailure(event: string, thrown: unknown): never {
  const error = summariseError(thrown);
  log({ level: 'critical', event, message: error.message, error });
  process.exit(1);
}

async function main(): Promise<void> {
  const options = parseProcessOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    process.stdout.write(USAGE);
    return;
  }
  captureConsole();
  const { directory, entry, port, host, logLevel, keys } = options;
  const least = LOG_LEVELS.indexOf(logLevel);
  const wanted = ({ level }: LogEntry): boolean => level !== 'none' && LOG_LEVELS.indexOf(level) >= least;
  const functionsHost = await startFunctionsHost({
    directory,
    port,
    host,
    ...(entry === undefined ? {} : { entry }),
    ...(keys === undefined ? {} : { keys }),
    log: (line) => {
      if (wanted(line)) writeLine(line);
    },
  });

  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    functionsHost.stop().then(
      () => process.exit(0),
      (error: unknown) => exitOnFailure('host.stop-failed', error),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
  // A reader that has gone away is a parent that has gone away.
  process.stdout.on('error', stop);
  writeLine({ event: 'host.ready', url: functionsHost.url, functions: functionsHost.functions });
}

process.on('uncaughtException', (error) => exitOnFailure('host.crashed', error));
main().catch((error: unknown) => exitOnFailure('host.start-failed', error));
