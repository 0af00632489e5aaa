import { DirectoryError } from '../errors/directory-error.ts';
import type { CompleteSettings } from '../settings.ts';
import { backoffMs, credentialsBackoffMs } from './backoff.ts';
import { type Connection, openConnection } from './connection.ts';
import { type Endpoint, parseEndpoint } from './endpoint.ts';

/** Chooses among the domain controllers, and keeps from knocking too often. */
export type Connector = {
  /** Tries each domain controller once, beginning with the current one; the first that answers becomes the current one. */
  connect(): Promise<Connection>;
  connectToCurrent(): Promise<Connection>;
  /** The next attempt begins with the next domain controller. */
  leaveCurrent(): void;
};

export function createConnector(settings: CompleteSettings): Connector {
  const [preferred, ...others] = settings.urls;
  const endpoints: readonly [Endpoint, ...Endpoint[]] = [
    parseEndpoint(preferred),
    ...others.map(parseEndpoint),
  ];
  let current = 0;
  let inUse: Endpoint = endpoints[0];
  let failures = 0;
  let pause: { readonly until: number; readonly because: DirectoryError } | undefined;

  const candidates = (): readonly Endpoint[] => [...endpoints.slice(current), ...endpoints.slice(0, current)];

  const succeed = (endpoint: Endpoint): void => {
    if (endpoint !== inUse) settings.report({ event: 'failedOver', from: inUse.url, to: endpoint.url });
    settings.report({ event: 'connected', url: endpoint.url });
    current = endpoints.indexOf(endpoint);
    inUse = endpoint;
    failures = 0;
    pause = undefined;
  };

  const fail = (reasons: readonly DirectoryError[]): DirectoryError => {
    const because = combine(reasons);
    failures += 1;
    const ms =
      because.kind === 'credentials'
        ? credentialsBackoffMs(settings.random)
        : backoffMs(failures, settings.random);
    pause = { until: settings.now() + ms, because };
    return again(because, ms);
  };

  return {
    connect: async () => {
      const now = settings.now();
      if (pause !== undefined && now < pause.until) throw again(pause.because, pause.until - now);
      const reasons: DirectoryError[] = [];
      for (const endpoint of candidates()) {
        try {
          const connection = await openConnection(endpoint, settings);
          succeed(endpoint);
          return connection;
        } catch (error) {
          if (!(error instanceof DirectoryError)) throw error;
          reasons.push(error);
          // The same wrong password would be wrong everywhere, and count towards a lock-out everywhere.
          if (error.kind === 'credentials') break;
        }
      }
      throw fail(reasons);
    },
    connectToCurrent: () => openConnection(inUse, settings),
    leaveCurrent: () => {
      current = (current + 1) % endpoints.length;
    },
  };
}

/** Wrong credentials decide, else the first reason; the message names them all. */
function combine(reasons: readonly DirectoryError[]): DirectoryError {
  const [first] = reasons;
  const decisive = reasons.find((reason) => reason.kind === 'credentials') ?? first;
  if (decisive === undefined) throw new Error('No domain controller was tried.');
  return new DirectoryError({ ...decisive, message: reasons.map((reason) => reason.message).join(' ') });
}

/** The same trouble, with the time until the next attempt. */
const again = (because: DirectoryError, ms: number): DirectoryError =>
  new DirectoryError({ ...because, message: because.message, retryAfterMs: Math.round(ms), cause: because });
