import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** The functions to talk to, and what opens them: a key, or an access token of Entra ID. */
export type Connection = { readonly url: string; readonly key: string; readonly token?: string };

export type ConnectionOptions = { readonly url?: string; readonly key?: string; readonly stack: string };

/**
 * Where the functions are: as given, as in ENTRA_WRITEBACK_URL and ENTRA_WRITEBACK_KEY (or
 * ENTRA_WRITEBACK_TOKEN), or the local stack's file. The key is not an option of its own name in help, so that it stays out of process lists.
 */
export async function connectionOf(
  options: ConnectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Connection> {
  const url = options.url ?? environment.ENTRA_WRITEBACK_URL;
  const key = environment.ENTRA_WRITEBACK_KEY;
  const token = environment.ENTRA_WRITEBACK_TOKEN;
  if (url) return { url: url.replace(/\/+$/, ''), key: key ?? '', ...(token && { token }) };
  const text = await readFile(options.stack, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new Error(
      `No functions to talk to. Start the local stack (npm start), or set ENTRA_WRITEBACK_URL and ENTRA_WRITEBACK_KEY (${options.stack} does not exist).`,
    );
  }
  const stack = JSON.parse(text) as { functions: Connection };
  return stack.functions;
}

/** What every call says of who makes it. */
export const credentialsOf = ({ key, token }: Connection): Record<string, string> => ({
  ...(key && { 'x-functions-key': key }),
  ...(token && { authorization: `Bearer ${token}` }),
});

/** The functions refused a call: `status` for programs, the message for people. */
export class CallRefused extends Error {
  override readonly name = 'CallRefused';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Calls the API; a refusal is an Error that says what the problem document says. */
export async function call(
  connection: Connection,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${connection.url}/api${path}`, {
    method,
    headers: { ...credentialsOf(connection), 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(unreachable(connection.url));
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : undefined;
  throw new CallRefused(response.status, explain(response.status, text));
}

/** For the `catch` of a call: says which address did not answer, and why. */
export const unreachable =
  (url: string) =>
  (error: unknown): never => {
    const { cause, message } = error instanceof Error ? error : new Error(String(error));
    throw new Error(`${url} cannot be reached (${cause instanceof Error ? cause.message : message}).`);
  };

const ProblemDocument = z.looseObject({
  title: z.string(),
  detail: z.string(),
  errors: z
    .array(
      z.looseObject({
        field: z.string(),
        message: z.string(),
        value: z.string().optional(),
        remedy: z.string().optional(),
        line: z.number().optional(),
      }),
    )
    .default([]),
});

/** Fetches a text, with the header that leads to its next part. */
export async function callText(
  connection: Connection,
  path: string,
): Promise<{ readonly text: string; readonly link: string | null }> {
  const response = await fetch(`${connection.url}/api${path}`, {
    headers: credentialsOf(connection),
  }).catch(unreachable(connection.url));
  const text = await response.text();
  if (!response.ok) throw new Error(explain(response.status, text));
  return { text, link: response.headers.get('link') };
}

/** The path below /api that a link header names as the next part. */
export const nextOf = (link: string | null): string | undefined =>
  /<[^>]*\/api(\/[^>]+)>; rel="next"/.exec(link ?? '')?.[1];

/** A refusal as a person reads it: the problem document, one line for each wrong field. */
export function explain(status: number, text: string): string {
  const { data } = ProblemDocument.safeParse(parse(text));
  if (status === 401 && !data)
    return 'The key was not accepted. Set ENTRA_WRITEBACK_KEY to a key of the function app.';
  if (!data) return `The functions answered ${status}. ${text.slice(0, 200)}`;
  const lines = data.errors.map(({ field, message, value, remedy, line }) =>
    [
      `  ${line === undefined ? '' : `line ${line}: `}${field}${value === undefined ? '' : ` = ${value}`}:`,
      message,
      remedy,
    ]
      .filter((part) => part !== undefined)
      .join(' '),
  );
  return [`${data.title}: ${data.detail}`, ...lines].join('\n');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
