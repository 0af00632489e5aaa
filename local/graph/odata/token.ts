import type { z } from 'zod';
import { invalidRequest } from '../http/graph-error.ts';

/** Makes an opaque token of what a link has to carry; everything is in the token, so the server keeps nothing. */
export const sealToken = (content: unknown): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url');

/**
 * Opens a token that {@link sealToken} made.
 * @throws GraphError 400 when it is damaged or foreign.
 */
export const openToken = <T>(schema: z.ZodType<T>, token: string): T => {
  try {
    return schema.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw invalidRequest('Badly formed token.');
  }
};
