import { randomUUID } from 'node:crypto';
import type { Reply } from './exchange.ts';
import { GraphError } from './graph-error.ts';
import type { Usage } from './throttle.ts';

/** The ids by which Graph's support finds a call again. */
export type CallIds = { readonly requestId: string; readonly clientRequestId: string };

export const callIdsOf = (clientRequestId: string | undefined): CallIds => {
  const requestId = randomUUID();
  return { requestId, clientRequestId: clientRequestId ?? requestId };
};

/** Graph's error body. */
export const errorReply = (error: GraphError, { requestId, clientRequestId }: CallIds): Reply => ({
  status: error.status,
  headers: error.headers,
  body: {
    error: {
      code: error.code,
      message: error.message,
      innerError: {
        date: new Date().toISOString().slice(0, 19),
        'request-id': requestId,
        'client-request-id': clientRequestId,
      },
    },
  },
});

/** Whatever a handler threw, as the error that a caller sees. */
export const asGraphError = (thrown: unknown): GraphError => {
  if (thrown instanceof GraphError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new GraphError(500, 'InternalServerError', `The Graph double failed: ${message}`);
};

const jsonType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** The headers that Graph puts on every answer. */
export const headersOf = (reply: Reply, ids: CallIds, usage: Usage | undefined): Record<string, string> => ({
  'cache-control': 'no-cache',
  'request-id': ids.requestId,
  'client-request-id': ids.clientRequestId,
  ...(reply.status < 400 || reply.body ? { 'odata-version': '4.0' } : {}),
  ...(reply.body === undefined ? {} : { 'content-type': jsonType }),
  ...(reply.text === undefined ? {} : { 'content-type': 'text/plain' }),
  ...(usage ? { 'x-ms-resource-unit': String(usage.units) } : {}),
  ...(usage && usage.share >= 0.8
    ? { 'x-ms-throttle-limit-percentage': Math.min(usage.share, 1.8).toFixed(1) }
    : {}),
  ...reply.headers,
});
