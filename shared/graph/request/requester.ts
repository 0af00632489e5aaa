import {
  AuthenticationHandler,
  Client,
  type GraphRequest,
  HTTPMessageHandler,
  ResponseType,
} from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import { type Answer, complete, failed } from '../failure.ts';
import { type Asked, failureOf } from './failure-of.ts';
import { safeLink } from './link.ts';
import { createPace } from './pace.ts';
import { RequestFailed } from './request-failed.ts';
import type { RequestSettings } from './settings.ts';
import { explained, scopeOf } from './token.ts';
import { createTries } from './tries.ts';

/** One call to Graph. */
export type Call = {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A path with its version, such as `/v1.0/groups`, or a whole link that Graph gave. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The application permission that the call needs at least, for the remedy of a 403. */
  readonly permission: string;
  /** What to do about a 404, unless the object may be one that is still to be replicated. */
  readonly notFound?: string;
};

/** What Graph answered, parsed from JSON; undefined where the answer is empty. */
export type Reply = { readonly body: unknown; readonly url: string };

/** Calls Graph. Never throws: whatever goes wrong is a failure with its reason and remedy. */
export type Requester = Pick<RequestSettings, 'now' | 'random' | 'onRequest'> & {
  readonly baseUrl: string;
  /** Longest wait that is slept through. */
  readonly longestWaitMs: number;
  readonly sleep: (ms: number) => Promise<void>;
  send(call: Call): Promise<Answer<Reply>>;
};

/**
 * A requester over the Microsoft Graph client, with tries and pace of our own in its middleware chain.
 * No request goes to another place than `baseUrl`, and redirects are not followed.
 *
 * @throws Error where `baseUrl` is not https: the SDK sends no token over plain HTTP.
 */
export function createRequester(given: RequestSettings): Requester {
  const settings = { longestWaitMs: 20_000, sleep: timer, ...given };
  const base = new URL(settings.baseUrl);
  if (base.protocol !== 'https:') {
    throw new Error(
      `GRAPH_BASE_URL is ${settings.baseUrl}; it must begin with https:// because no token is sent over plain HTTP.`,
    );
  }
  const baseUrl = base.href.replace(/\/+$/, '');
  const identity = new TokenCredentialAuthenticationProvider(explained(settings.credential), {
    scopes: [scopeOf(base)],
  });
  const client = Client.initWithMiddleware({
    middleware: [
      createTries(settings, createPace()),
      new AuthenticationHandler(identity),
      new HTTPMessageHandler(),
    ],
    customHosts: new Set([base.hostname]),
    ...(settings.fetchOptions && { fetchOptions: settings.fetchOptions }),
  });

  return {
    ...settings,
    baseUrl,
    async send({ method = 'GET', path, body, headers = {}, permission, notFound }) {
      const url = safeLink(path.startsWith('/') ? `${baseUrl}${path}` : path, `${baseUrl}/`, baseUrl);
      if (url === undefined) return failed(foreignLink(path, baseUrl));
      const asked: Asked = {
        method,
        path: new URL(url).pathname,
        permission,
        ...(notFound !== undefined && { notFound }),
      };
      const request = client
        .api(url)
        .headers({ ...headers })
        .responseType(ResponseType.RAW);
      try {
        const response = await perform(request, method, body);
        return read(response, await response.text(), url, asked, settings.now());
      } catch (error) {
        if (error instanceof RequestFailed) return failed(error.why);
        throw error;
      }
    },
  };
}

const timer = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function perform(
  request: GraphRequest,
  method: NonNullable<Call['method']>,
  body: unknown,
): Promise<Response> {
  switch (method) {
    case 'GET':
      return request.get();
    case 'POST':
      return request.post(body);
    case 'PATCH':
      return request.patch(body);
    case 'DELETE':
      return request.delete();
  }
}

function read(response: Response, text: string, url: string, asked: Asked, now: Date): Answer<Reply> {
  const body = parse(text);
  if (!response.ok) return failed(failureOf(response.status, response.headers, body, asked, now));
  if (text !== '' && body === undefined) {
    return failed({
      code: 'NOT_JSON',
      message: `The answer to ${asked.method} ${asked.path} is not JSON. Check that GRAPH_BASE_URL is Microsoft Graph and no proxy answers instead.`,
      retry: 'later',
    });
  }
  return complete({ body, url });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The failure of a link that leads elsewhere. */
export const foreignLink = (link: string, baseUrl: string) =>
  ({
    code: 'FOREIGN_LINK',
    message: `A link leads to ${URL.parse(link)?.origin ?? 'no address'}, not to ${baseUrl}; it is not followed, as our token must not go there.`,
    retry: 'never',
  }) as const;
