import type { IncomingMessage } from 'node:http';
import { Transform } from 'node:stream';
import { z } from 'zod';
import type { Environment } from '../settings/app-settings.ts';

/** 100 MB, the limit of the Functions host; the app setting FUNCTIONS_REQUEST_BODY_SIZE_LIMIT (bytes) changes it. */
const DEFAULT_LIMIT = 104_857_600;

export function bodyLimit(environment: Environment): number {
  return z.coerce
    .number()
    .int()
    .positive()
    .default(DEFAULT_LIMIT)
    .parse(environment.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT);
}

/** A request that ends in this status, decided by the host itself. */
export class HttpRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'HttpRefusal';
    this.status = status;
  }
}

const tooLarge = (limit: number): HttpRefusal =>
  new HttpRefusal(413, `The request body is larger than ${limit} bytes (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT).`);

/** Refuses a request that announces a body larger than `limit` bytes, before anything runs. */
export function refuseAnnouncedBody(request: IncomingMessage, limit: number): void {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
}

/** Passes a request body on, and fails with 413 as soon as it is known to exceed `limit` bytes. */
export function limitedBody(request: IncomingMessage, limit: number): Transform {
  let size = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > limit) done(tooLarge(limit));
      else done(null, chunk);
    },
  });
  request.pipe(counter);
  request.once('error', (error) => counter.destroy(error));
  request.once('aborted', () => counter.destroy(new HttpRefusal(400, 'The client went away while sending.')));
  return counter;
}

/** The whole body in memory. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of limitedBody(request, limit)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
