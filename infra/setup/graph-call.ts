import { z } from 'zod';

/** One request to Microsoft Graph by the person who sets up. Answers the parsed body; throws SetupError. */
export type GraphCall = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => Promise<unknown>;

/** Why setup cannot go on, with what to do. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

const Refusal = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/**
 * Requests with a token that is asked for each time, so that it may be renewed in between.
 * `baseUrl` is Graph without version, such as https://graph.microsoft.com.
 */
export const graphCall =
  (baseUrl: string, token: () => Promise<string>): GraphCall =>
  async (method, path, body) => {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/json' };
    const url = path.startsWith(`${baseUrl}/`) ? path : `${baseUrl}/v1.0${path}`;
    const response = await fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? undefined : JSON.parse(text);
    throw new SetupError(`${method} ${path}: ${refusalOf(response.status, text)}`);
  };

function refusalOf(status: number, text: string): string {
  const parsed = Refusal.safeParse(jsonOrNothing(text));
  const said = parsed.success ? `${parsed.data.error.code}: ${parsed.data.error.message}` : 'no reason given';
  const remedy =
    status === 401
      ? ' Sign in again: az login.'
      : status === 403
        ? ' Granting permissions of Graph needs the role Privileged Role Administrator (or Global Administrator). Activate it, then run this again.'
        : '';
  return `Graph answered ${status} (${said}).${remedy}`;
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
