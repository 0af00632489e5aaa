import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { withSystemPath } from './system-path.ts';

/** A running `samba` that is ready for clients. It dies with the process that launched it, whatever ends that one. */
export interface SambaProcess {
  /** Sends a signal; has no effect once the process has ended. */
  signal(name: NodeJS.Signals): void;
  /** Waits until the process has ended. Only a caller of this keeps our own process alive for its sake. */
  untilEnded(): Promise<void>;
}

const readyTimeoutInMs = 20_000;

/**
 * Starts Samba and waits until it accepts connections.
 *
 * @throws with the end of its log when it ends or does not listen within 20 seconds
 */
export async function launchSamba(options: {
  readonly configuration: string;
  readonly logFile: string;
  /** The Unix socket that it opens last of all. */
  readonly lastSocket: string;
}): Promise<SambaProcess> {
  const log = openSync(options.logFile, 'a');
  // PR_SET_PDEATHSIG (prctl(2)) has the kernel kill Samba when we die, even by SIGKILL and even while it is stopped.
  const child = spawn(
    'setpriv',
    [
      '--pdeathsig',
      'KILL',
      'samba',
      '--configfile',
      options.configuration,
      '--foreground',
      '--no-process-group',
      '--model=single',
      '--debug-stdout',
    ],
    { stdio: ['ignore', log, log], env: withSystemPath(process.env) },
  );
  closeSync(log);
  child.unref();
  await once(child, 'spawn');
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  if (!(await untilListening(options.lastSocket, hasEnded))) {
    child.kill('SIGKILL');
    throw new Error(`Samba ${hasEnded() ? 'ended at once' : 'does not answer'}. ${endOf(options.logFile)}`);
  }
  return {
    signal: (name) => {
      child.kill(name);
    },
    untilEnded: async () => {
      if (hasEnded()) return;
      child.ref();
      await once(child, 'exit');
    },
  };
}

async function untilListening(socket: string, hasEnded: () => boolean): Promise<boolean> {
  const deadline = performance.now() + readyTimeoutInMs;
  while (!hasEnded() && performance.now() < deadline) {
    if (await accepts(socket)) return true;
    await delay(10);
  }
  return false;
}

function endOf(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n').slice(-8);
  return `The end of ${logFile}:\n  ${lines.join('\n  ')}`;
}

function accepts(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
