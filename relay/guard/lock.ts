import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Another relay on this machine uses the state directory. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/**
 * Makes sure that one process on this machine uses a state directory: two would spend the same
 * budgets twice. The lock is a listening local socket, which the operating system takes back when
 * the process dies, however it dies. Answers the function that gives the lock back.
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const address = addressFor(resolve(directory));
  const server = (await tryListen(address)) ?? (await takeOver(address));
  if (!server) {
    throw new LockedError(
      `Another relay uses the state directory ${resolve(directory)}. Stop it, or give this one its own stateDirectory.`,
    );
  }
  server.unref();
  return () => new Promise((done) => server.close(() => done()));
}

/** A name in the abstract namespace of Linux or a named pipe of Windows; elsewhere a socket file. */
function addressFor(directory: string): string {
  const name = `entra-writeback-relay-${createHash('sha256').update(directory).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

function tryListen(address: string): Promise<Server | undefined> {
  return new Promise((done, fail) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? done(undefined) : fail(error),
    );
    server.listen({ path: address }, () => done(server));
  });
}

/** A socket file outlives its process; one that nobody answers on is left over. */
async function takeOver(address: string): Promise<Server | undefined> {
  if (process.platform === 'linux' || process.platform === 'win32' || (await answers(address)))
    return undefined;
  await rm(address, { force: true });
  return tryListen(address);
}

const answers = (address: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect({ path: address });
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
