import { createDisturber, type Disturber, type HttpDisturbance, httpDisturbance } from './disturbance.ts';
import { type Answer, type Request, startHttpServer } from './http-server.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { answerReader } from './reading-path.ts';

/** One delivery that was tried. */
export interface Attempt {
  /** The status that was answered; 0 for none. */
  readonly status: number;
  /** Why it was not accepted. */
  readonly reason?: string;
}

/** A request is accepted with what it carries, refused, or left without an answer. */
export type Verdict<T> =
  | { readonly kind: 'accepted'; readonly messages: readonly T[] }
  | Refusal
  | { readonly kind: 'silent' };

/** Why and how a request is refused. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: number;
  readonly reason: string;
  readonly retryAfterInSeconds?: number | undefined;
}

/** An HTTP endpoint that keeps what it is sent. */
export interface HttpSink<T> {
  /** Where to post. */
  readonly url: string;
  /** Base of the reading path: `GET {readUrl}/messages`. */
  readonly readUrl: string;
  /** What was accepted. */
  readonly messages: Inbox<T>;
  /** Every delivery that was tried, accepted or not. */
  readonly attempts: Inbox<Attempt>;
  /** Misbehaves from now on; undefined: behaves well again. */
  disturb(disturbance: HttpDisturbance | undefined): void;
  stop(): Promise<void>;
}

/** What makes one HTTP sink differ from another. */
export interface HttpSinkOptions<T> {
  /** 0 takes a free one. */
  readonly port: number;
  /** Where to post, with a query if the URL is to carry a secret. */
  readonly path: string;
  /** What to make of a posted request. */
  readonly judge: (request: Request) => Verdict<T>;
  /** One line about a message. */
  readonly describe: (message: T) => string;
}

/** Starts an endpoint on loopback that keeps what it accepts. */
export async function startHttpSink<T>(options: HttpSinkOptions<T>): Promise<HttpSink<T>> {
  const messages = createInbox<T>(options.describe);
  const attempts = createInbox<Attempt>(({ status, reason = 'accepted' }) => `${status} ${reason}`);
  const disturber = createDisturber<HttpDisturbance>();
  const postPath = new URL(options.path, 'http://sink').pathname;

  const server = await startHttpServer(options.port, (request) => {
    const read = answerReader({ messages, attempts, disturber, disturbance: httpDisturbance }, request);
    if (read !== undefined) return read;
    if (request.method !== 'POST' || request.path !== postPath) {
      return {
        status: 404,
        body: { error: `Nothing at ${request.method} ${request.path}; post to ${postPath}.` },
      };
    }
    const verdict = disturbed(disturber) ?? options.judge(request);
    if (verdict.kind === 'accepted') for (const message of verdict.messages) messages.add(message);
    attempts.add(attemptOf(verdict));
    return answerOf(verdict);
  });

  return {
    url: `${server.url}${options.path}`,
    readUrl: server.url,
    messages,
    attempts,
    disturb: disturber.set,
    stop: server.stop,
  };
}

function disturbed(
  disturber: Disturber<HttpDisturbance>,
): Exclude<Verdict<never>, { kind: 'accepted' }> | undefined {
  const disturbance = disturber.next();
  if (disturbance === undefined || disturbance.kind === 'silent') return disturbance;
  const { status, retryAfterInSeconds } = disturbance;
  return { kind: 'refused', status, reason: 'refused on request', retryAfterInSeconds };
}

function attemptOf(verdict: Verdict<unknown>): Attempt {
  switch (verdict.kind) {
    case 'accepted':
      return { status: 202 };
    case 'refused':
      return { status: verdict.status, reason: verdict.reason };
    case 'silent':
      return { status: 0, reason: 'left without an answer on request' };
  }
}

function answerOf(verdict: Verdict<unknown>): Answer | undefined {
  switch (verdict.kind) {
    case 'accepted':
      return { status: 202 };
    case 'refused': {
      const { status, reason, retryAfterInSeconds: seconds } = verdict;
      return {
        status,
        ...(seconds === undefined ? {} : { headers: { 'retry-after': String(seconds) } }),
        body: { error: reason },
      };
    }
    case 'silent':
      return undefined;
  }
}
