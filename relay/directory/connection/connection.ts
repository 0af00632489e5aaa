import { Client, type Control, ResultCodeError } from 'ldapts';
import { DirectoryError, directoryError } from '../errors/directory-error.ts';
import { type Doing, fromResult } from '../errors/from-result.ts';
import { noAnswer } from '../errors/no-answer.ts';
import type { CompleteSettings } from '../settings.ts';
import { domainScope } from './controls.ts';
import type { Endpoint } from './endpoint.ts';
import { type RawEntry, rawEntry } from './entry.ts';
import { openSocket } from './open-socket.ts';
import type { SearchRequest } from './search-request.ts';
import { trustedAuthorities } from './trusted-authorities.ts';

/**
 * One bound connection. Calls may overlap: they are sent at once and answered in any order. It never connects anew;
 * once it is lost or closed, it stays so.
 */
export type Connection = {
  readonly url: string;
  /** False as soon as the socket is gone. */
  isOpen(): boolean;
  /** Calls that wait for an answer. */
  pending(): number;
  search(request: SearchRequest): Promise<readonly RawEntry[]>;
  /** Page by page (RFC 2696), for answers of any size. */
  pages(request: SearchRequest, pageSize: number): AsyncIterable<readonly RawEntry[]>;
  /** Sends one write. Where no answer comes, the error says that it may have been applied. */
  write(doing: Doing, send: (client: Client) => Promise<void>): Promise<void>;
  /** Closes when nothing is under way any more. */
  retire(): void;
  close(): Promise<void>;
};

/**
 * Connects, verifies the certificate and binds.
 *
 * @throws DirectoryError of kind `unreachable`, `untrusted` or `credentials`
 */
export async function openConnection(endpoint: Endpoint, settings: CompleteSettings): Promise<Connection> {
  const trust = { authorities: await trustedAuthorities(settings.caFile), serverName: settings.serverName };
  const password = await settings.password();
  const limit = AbortSignal.timeout(settings.connectTimeoutMs);
  const socket = await openSocket(endpoint, trust, limit);
  let given = false;
  const client = new Client({
    url: 'ldap://already-connected',
    timeout: settings.timeoutMs,
    // ldapts connects anew by itself when its connection is gone, and is anonymous then. So it gets only this one.
    createConnection: () => {
      if (given) throw new Error('the connection has ended');
      given = true;
      return socket;
    },
  });

  let pending = 0;
  let open = true;
  let retiring = false;
  socket.once('close', () => {
    open = false;
  });
  const close = async (): Promise<void> => {
    open = false;
    await client.unbind().catch(() => undefined);
    socket.destroy();
  };

  const run = async <T>(doing: Doing, work: () => Promise<T>): Promise<T> => {
    if (!open) throw directoryError('CONNECTION_LOST', `The connection to ${endpoint.url} has ended.`);
    pending += 1;
    try {
      return await work();
    } catch (error) {
      if (error instanceof ResultCodeError) throw fromResult(doing, refusalOf(error));
      // Whatever else ldapts throws leaves the connection in a state that nobody knows.
      open = false;
      socket.destroy();
      throw noAnswer(doing, endpoint.url, error);
    } finally {
      pending -= 1;
      if (retiring && pending === 0) void close();
    }
  };

  const giveUp = () => socket.destroy();
  limit.addEventListener('abort', giveUp, { once: true });
  try {
    await run({ verb: 'bind', object: settings.bindDn }, () => client.bind(settings.bindDn, password));
  } catch (error) {
    socket.destroy();
    throw beforeBound(endpoint, error);
  } finally {
    limit.removeEventListener('abort', giveUp);
  }

  const optionsOf = ({ scope, filter, attributes, binary, sizeLimit }: SearchRequest) => ({
    scope,
    filter,
    attributes: [...attributes],
    explicitBufferAttributes: [...binary],
    timeLimit: Math.ceil(settings.timeoutMs / 1000),
    ...(sizeLimit === undefined ? {} : { sizeLimit }),
  });
  const controlsOf = ({ controls = [] }: SearchRequest): Control[] => [...controls, domainScope()];

  return {
    url: endpoint.url,
    isOpen: () => open,
    pending: () => pending,
    search: (request) =>
      run({ verb: 'search', object: request.base }, async () => {
        const found = await client.search(request.base, optionsOf(request), controlsOf(request));
        return found.searchEntries.map(rawEntry);
      }),
    async *pages(request, pageSize) {
      const options = { ...optionsOf(request), paged: { pageSize } };
      const pages = client.searchPaginated(request.base, options, controlsOf(request));
      for (;;) {
        const page = await run({ verb: 'search', object: request.base }, () => pages.next());
        if (page.done === true) return;
        yield page.value.searchEntries.map(rawEntry);
      }
    },
    write: (doing, send) => run(doing, () => send(client)),
    retire: () => {
      retiring = true;
      if (pending === 0) void close();
    },
    close,
  };
}

/**
 * A domain controller that takes the connection and dies, is busy or falls silent before we are bound is out of reach for
 * every object, as one behind a load balancer is whose last server has gone.
 */
function beforeBound({ url }: Endpoint, error: unknown): unknown {
  if (!(error instanceof DirectoryError) || (error.kind !== 'lost' && error.kind !== 'busy')) return error;
  return directoryError(
    'UNREACHABLE',
    `${url} takes connections, but nobody can log on there. ${error.message}`,
    {
      resultCode: error.resultCode,
      cause: error,
    },
  );
}

/** ldapts puts the server's words and the code in one text. */
function refusalOf(error: ResultCodeError): { readonly resultCode: number; readonly text: string } {
  return { resultCode: error.code, text: error.message.replace(/ ?Code: 0x[0-9a-f]+$/, '') };
}
