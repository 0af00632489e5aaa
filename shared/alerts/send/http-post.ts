import { retryAfterMs } from '../../graph/request/retry-after.ts';
import { clean } from '../message/clean.ts';
import type { SendDeps, SendResult } from './channel.ts';
import { redact } from './redact.ts';

export type Post = {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** What must not be repeated when something goes wrong, besides the address. */
  readonly secrets?: readonly string[];
};

/** The channel has no room for so large a message. */
export type TooLarge = { readonly result: 'tooLarge'; readonly why: string };

const triedAgain: ReadonlySet<number> = new Set([408, 425, 429]);

/** Posts once. Redirects are not followed: they would carry the message to another place. */
export async function httpPost(
  post: Post,
  { now, timeoutMs }: Pick<SendDeps, 'now' | 'timeoutMs'>,
): Promise<SendResult | TooLarge> {
  const url = URL.parse(post.url);
  if (!url || !isSafe(url)) {
    return { result: 'refused', why: 'Its address is no https URL. Correct the app setting that holds it.' };
  }
  const secrets = [...secretsIn(url), ...(post.secrets ?? [])];
  try {
    const { body, headers } = post;
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal });
    const said = clean(redact(await answer.text(), secrets), 200);
    return resultOf(answer, `HTTP ${answer.status}${said ? `: ${said}` : ''}`, now());
  } catch (error) {
    return { result: 'later', why: redact(reasonOf(error, timeoutMs), secrets) };
  }
}

function resultOf({ ok, status, headers }: Response, why: string, now: Date): SendResult | TooLarge {
  if (ok) return { result: 'taken' };
  if (status === 413) return { result: 'tooLarge', why };
  if (!triedAgain.has(status) && status < 500) return { result: 'refused', why };
  const wait = retryAfterMs(headers.get('retry-after'), now);
  return { result: 'later', why, ...(wait !== undefined && { retryAfterMs: wait }) };
}

/** An address may be a secret by its query, or by long parts of its path. */
const secretsIn = (url: URL): readonly string[] => [
  url.href,
  url.search.slice(1),
  ...url.searchParams.values(),
  ...url.pathname.split('/').filter((part) => part.length >= 16),
];

/** Messages name objects and people, so they go over TLS, except on this machine. */
const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(hostname));

function reasonOf(error: unknown, timeoutMs: number): string {
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return `No answer within ${timeoutMs / 1000} s.`;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
