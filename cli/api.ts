import { readFile } from 'node:fs/promises';

/** The functions to talk to, and the key for them. */
export type Connection = { readonly url: string; readonly key: string };

export type ConnectionOptions = { readonly url?: string; readonly key?: string; readonly stack: string };

/**
 * Where the functions are: as given, as in ENTRA_WRITEBACK_URL and ENTRA_WRITEBACK_KEY, or the local
 * stack's file. The key is not an option of its own name in help, so that it stays out of process lists.
 */
export async function connectionOf(
  options: ConnectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Connection> {
  const url = options.url ?? environment.ENTRA_WRITEBACK_URL;
  const key = environment.ENTRA_WRITEBACK_KEY;
  if (url) return { url: url.replace(/\/+$/, ''), key: key ?? '' };
  const text = await readFile(options.stack, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new Error(
      `No functions to talk to. Start the local stack (npm start), or set ENTRA_WRITEBACK_URL and ENTRA_WRITEBACK_KEY (${options.stack} does not exist).`,
    );
  }
  const stack = JSON.parse(text) as { functions: Connection };
  return stack.functions;
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
    headers: { 'x-functions-key': connection.key, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: Error) => {
    throw new Error(
      `${connection.url} cannot be reached (${(error.cause as Error)?.message ?? error.message}).`,
    );
  });
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : undefined;
  throw new Error(explain(response.status, text));
}

function explain(status: number, text: string): string {
  if (status === 401)
    return 'The key was not accepted. Set ENTRA_WRITEBACK_KEY to a key of the function app.';
  try {
    const {
      title,
      detail,
      errors = [],
    } = JSON.parse(text) as {
      title: string;
      detail: string;
      errors?: { field: string; message: string }[];
    };
    return [`${title}: ${detail}`, ...errors.map(({ field, message }) => `  ${field}: ${message}`)].join(
      '\n',
    );
  } catch {
    return `The functions answered ${status}. ${text.slice(0, 200)}`;
  }
}
