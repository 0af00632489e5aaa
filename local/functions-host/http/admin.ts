import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { readBody } from './body.ts';

/** What the administrative paths may ask of the host. */
export type Administration = {
  /** Starts the function without waiting for its end; false when no function has that name. */
  start(functionName: string, input: unknown): boolean;
  names(): readonly string[];
};

const invokeSchema = z.object({ input: z.unknown().optional() });

/** Answers `/admin/…` the way of the real host, as far as developers use it. The caller has checked the master key. */
export async function answerAdmin(
  administration: Administration,
  request: IncomingMessage,
  path: string,
  response: ServerResponse,
  limit: number,
): Promise<void> {
  if (path === '/admin/host/status' && request.method === 'GET') return json(response, { state: 'Running' });
  if (path === '/admin/functions' && request.method === 'GET') {
    return json(
      response,
      administration.names().map((name) => ({ name })),
    );
  }
  const name = /^\/admin\/functions\/([^/]+)$/.exec(path)?.[1];
  if (name === undefined || request.method !== 'POST') return end(response, 404);

  const body = await readBody(request, limit);
  const parsed = invokeSchema.safeParse(parseJson(body.toString('utf8')));
  if (!parsed.success) return end(response, 400);
  return end(response, administration.start(decodeURIComponent(name), parsed.data.input) ? 202 : 404);
}

function parseJson(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}
