import { z } from 'zod';
import { uuidOf } from '../amqp/identifiers.ts';
import { integer, map, optional } from '../amqp/value.ts';
import { badRequest } from '../bus-error.ts';
import type { Queue } from '../queue/queue.ts';

/** A request to the management node of an entity. */
export interface ManagementRequest {
  readonly queue: Queue;
  readonly body: unknown;
}

/** The answer: a map, or undefined when there is nothing to say. */
export type ManagementAnswer = Readonly<Record<string, unknown>> | undefined;

const lockToken = z.instanceof(Buffer).transform(uuidOf);

/** The fields of requests, by their names in Microsoft's "AMQP 1.0: request-response-based operations". */
export const field = {
  lockTokens: z.object({ 'lock-tokens': z.array(lockToken) }),
  sequences: z.object({ 'sequence-numbers': z.array(integer) }),
  session: z.object({ 'session-id': z.string() }),
  maybeSession: z.object({ 'session-id': optional(z.string()) }),
  peek: z.object({ 'from-sequence-number': integer, 'message-count': integer }),
  schedule: z.object({ messages: z.array(z.object({ message: z.instanceof(Buffer) })) }),
  settleMode: z.object({ 'receiver-settle-mode': integer }),
  sessionState: z.object({ 'session-state': optional(z.instanceof(Buffer)) }),
  page: z.object({ skip: integer, top: integer }),
  disposition: z.object({
    'disposition-status': z.enum(['completed', 'abandoned', 'defered', 'suspended']),
    'deadletter-reason': optional(z.string()),
    'deadletter-description': optional(z.string()),
    'properties-to-modify': optional(map),
  }),
} as const;

/** @throws BusError that names the field which is missing or wrong */
export function read<Shape extends z.ZodType>(shape: Shape, request: ManagementRequest): z.output<Shape> {
  const parsed = shape.safeParse(request.body);
  if (!parsed.success) throw badRequest(`The request is malformed: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
