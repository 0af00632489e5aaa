import { DirectoryError, directoryError } from '../errors/directory-error.ts';
import type { CompleteSettings } from '../settings.ts';
import type { Connection } from './connection.ts';
import { createConnector } from './connector.ts';

/**
 * Connections to one domain controller at a time, so that what was written is what is read next. Another one is used
 * only when this one is gone, and then it is used until it is gone too.
 */
export type Pool = {
  /** Reads; a connection that turns out to be lost is replaced once, since reading twice does no harm. */
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Writes; what became of a write on a lost connection is for the caller to find out. */
  write<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Opens nothing yet: the first call does. */
export function createPool(settings: CompleteSettings): Pool {
  const connector = createConnector(settings);
  let connections: readonly Connection[] = [];
  let opening: Promise<Connection> | undefined;
  let closed = false;

  /** One attempt at a time, shared by all who wait for it. */
  const open = (attempt: () => Promise<Connection>): Promise<Connection> => {
    opening ??= attempt()
      .then(async (connection) => {
        if (closed) await connection.close();
        connections = [...connections, connection];
        return connection;
      })
      .finally(() => {
        opening = undefined;
      });
    return opening;
  };

  const dropLost = (): void => {
    for (const lost of connections.filter((one) => !one.isOpen())) {
      settings.report({ event: 'disconnected', url: lost.url });
    }
    connections = connections.filter((one) => one.isOpen());
  };

  const acquire = async (): Promise<Connection> => {
    if (closed) throw directoryError('CLOSED', 'The directory is closed.');
    dropLost();
    const [leastBusy] = connections.toSorted((one, other) => one.pending() - other.pending());
    if (leastBusy === undefined) return open(connector.connect);
    if (leastBusy.pending() > 0 && connections.length < settings.poolSize) {
      // Opened beside the others and used from the next call on; where that fails, the others still serve.
      open(connector.connectToCurrent).catch(() => undefined);
    }
    return leastBusy;
  };

  /** What is under way on these connections may still be answered; new calls go elsewhere. */
  const leaveCurrent = (): void => {
    for (const connection of connections) connection.retire();
    connections = [];
    connector.leaveCurrent();
  };

  const use = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await acquire();
    try {
      return await work(connection);
    } catch (error) {
      const unavailable = error instanceof DirectoryError && error.code === 'UNAVAILABLE';
      if (unavailable && connections.includes(connection)) leaveCurrent();
      throw error;
    }
  };

  return {
    read: async (work) => {
      try {
        return await use(work);
      } catch (error) {
        if (!(error instanceof DirectoryError) || error.code !== 'CONNECTION_LOST') throw error;
        return use(work);
      }
    },
    write: use,
    close: async () => {
      closed = true;
      await opening?.catch(() => undefined);
      await Promise.all(connections.map((connection) => connection.close()));
      connections = [];
    },
  };
}
