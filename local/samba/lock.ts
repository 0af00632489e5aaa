import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Something only one process of this machine can have at a time. Ends with {@link release} or with the process. */
export interface Hold {
  release(): Promise<void>;
}

/**
 * Takes `name` if no process has it, else answers undefined at once.
 *
 * The lock is a Unix socket in Linux's abstract namespace (unix(7)): the kernel frees it when its owner dies
 * in whatever way, so there is no stale lock to recognise.
 */
export async function tryHold(name: string): Promise<Hold | undefined> {
  const waiters = new Set<Socket>();
  const server = createServer((waiter) => {
    waiter.unref();
    waiters.add(waiter);
    waiter.on('error', () => waiter.destroy());
    waiter.on('close', () => waiters.delete(waiter));
  });
  server.unref();
  try {
    server.listen(socketName(name));
    await once(server, 'listening');
  } catch (error) {
    if (isAddressInUse(error)) return undefined;
    throw error;
  }
  return {
    release: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const waiter of waiters) waiter.destroy();
      await closed;
    },
  };
}

/** Runs `work` while holding `name`; waits until the present holder releases it or dies. */
export async function withLock<T>(name: string, work: () => Promise<T>): Promise<T> {
  const hold = await acquire(name);
  try {
    return await work();
  } finally {
    await hold.release();
  }
}

async function acquire(name: string): Promise<Hold> {
  for (;;) {
    const hold = await tryHold(name);
    if (hold !== undefined) return hold;
    await holderGone(name);
  }
}

/** The connection to the holder is closed when it releases the lock or dies: a signal instead of polling. */
function holderGone(name: string): Promise<void> {
  return new Promise((resolve) => {
    const line = connect(socketName(name));
    line.on('error', () => line.destroy());
    line.on('close', () => resolve());
    line.resume();
  });
}

function socketName(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `\0entra-writeback-${digest}`;
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
