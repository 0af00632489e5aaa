import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { mayOpenLdapPorts } from './addresses.ts';
import { systemPython } from './system-path.ts';

const run = promisify(execFile);

/**
 * Lets an ordinary user run a domain controller: where this process may not open ports below 1024, runs the same
 * command again in a user and network namespace of its own, in which it may, and waits for it.
 *
 * The namespace has its own loopback and no other network, so what listens inside is reached from inside only: see
 * {@link wayInside}.
 *
 * @param command what to run there; default: this process's own command line
 * @returns the exit code of that run, or undefined when none was necessary and the caller should simply go on
 * @throws when the machine allows no user namespaces
 */
export async function reexecInUserNamespace(
  command: readonly string[] = ownCommand(),
): Promise<number | undefined> {
  if (await mayOpenLdapPorts()) return undefined;
  await run('unshare', [...inside, 'true']).catch((cause: unknown) => {
    throw new Error(notAllowed, { cause });
  });
  const child = spawn('unshare', [...inside, ...command], {
    stdio: 'inherit',
    env: { ...process.env, [mark]: 'yes' },
  });
  const forward = (signal: NodeJS.Signals) => {
    // A terminal sends its SIGINT to both of us; twice could mean more than once.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of signals) process.on(signal, forward);
  try {
    const [code, signal] = await once(child, 'exit');
    return typeof code === 'number' ? code : 128 + signalNumber(String(signal));
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}

/** In the environment of everything that runs inside. */
const mark = 'ENTRA_WRITEBACK_NAMESPACE';

/**
 * The command that opens a shell where this process listens, for another terminal of the same user. Undefined where this
 * process is in no namespace of its own, so that everybody on the machine reaches it.
 */
export const wayInside = (): string | undefined =>
  process.env[mark] === undefined
    ? undefined
    : `nsenter --preserve-credentials --user --net --target ${process.pid} $SHELL`;

/** Arguments of unshare(1) in front of a command that shall run inside. It ends with this process at the latest. */
const inside = [
  ...['--user', '--map-root-user', '--net'],
  ...['setpriv', '--pdeathsig', 'TERM'],
  ...[systemPython, join(import.meta.dirname, 'loopback.py')],
];

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const notAllowed =
  'A domain controller needs ports 389 and 636, and this machine gives an ordinary user no namespace to open them in. ' +
  'Run as root, or use an Active Directory that you have: --ldap-url.';

function ownCommand(): readonly string[] {
  return [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
}

function signalNumber(name: string): number {
  return Object.entries(constants.signals).find(([known]) => known === name)?.[1] ?? 0;
}
