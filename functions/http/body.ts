import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { problem } from './problem.ts';

/** The JSON of a request, or the answer that says why it cannot be read. */
export type Body =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly response: HttpResponseInit };

/**
 * Reads a JSON body of at most `limit` bytes; one that is empty counts as `absent`, where that is given. What is beyond costs no memory, but it is read: a
 * connection that is closed on a client who is still sending takes the answer with it.
 */
export async function readJson(request: HttpRequest, limit: number, absent?: unknown): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (request.body) {
    for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
      size += chunk.byteLength;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
    }
  }
  if (size > limit) return { ok: false, response: tooLarge(size, limit) };
  if (size === 0 && absent !== undefined) return { ok: true, value: absent };
  try {
    return { ok: true, value: JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown };
  } catch (error) {
    return {
      ok: false,
      response: problem({
        status: 400,
        code: 'BODY_NOT_JSON',
        title: 'The body is not JSON',
        detail: `${error instanceof Error ? error.message : 'It could not be parsed'}. Send JSON in UTF-8 with content-type application/json.`,
      }),
    };
  }
}

const tooLarge = (size: number, limit: number): HttpResponseInit =>
  problem({
    status: 413,
    code: 'BODY_TOO_LARGE',
    title: 'The body is too large',
    detail: `It has ${size} bytes; the limit is ${limit}. Split the request.`,
  });
