import type { TokenCredential } from '@azure/identity';

/** One try of one request, for metrics. */
export type RequestSeen = {
  readonly method: string;
  /** Path with ids replaced, such as `/v1.0/groups/{id}/members`. */
  readonly route: string;
  /** Undefined where no answer came. */
  readonly status: number | undefined;
  /** Resource units as Graph counted them (`x-ms-resource-unit`), 0 where it does not say. */
  readonly units: number;
  readonly durationMs: number;
  /** 1 for the first try. */
  readonly attempt: number;
};

/** What requests to Graph need from outside: place, identity, time and chance. */
export type RequestSettings = {
  /** Address without version, `https` only: the SDK sends no token over plain HTTP. */
  readonly baseUrl: string;
  readonly credential: TokenCredential;
  readonly now: () => Date;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** Waits so many milliseconds; a timer unless told. */
  readonly sleep?: (ms: number) => Promise<void>;
  readonly log?: (event: string, fields: Readonly<Record<string, unknown>>, level: 'debug') => void;
  readonly onRequest?: (seen: RequestSeen) => void;
  /** Longest wait that is slept through; what is longer is given back as `retryAfterMs`. 20 s unless told. */
  readonly longestWaitMs?: number;
  /** Tries of one request. 4 unless told. */
  readonly tries?: number;
  /** Longest time of one try. 30 s unless told. */
  readonly timeoutMs?: number;
  /** Further options of fetch, such as a dispatcher. */
  readonly fetchOptions?: Readonly<Record<string, unknown>>;
};
