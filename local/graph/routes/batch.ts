import { z } from 'zod';
import type { Dispatch } from '../http/dispatch.ts';
import { headersOf } from '../http/envelope.ts';
import { type GraphRequest, ok } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import { type Route, route } from '../http/router.ts';
import type { Json } from '../tenant/objects.ts';

/** The most requests of one batch. */
export const batchLimit = 20;

const partSchema = z.object({
  id: z.string(),
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  url: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.json().optional(),
  dependsOn: z.array(z.string()).default([]),
});
type Part = z.infer<typeof partSchema>;

type PartResponse = {
  readonly id: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json;
};

const failedDependency = (id: string): PartResponse => ({
  id,
  status: 424,
  headers: { 'Content-Type': 'application/json' },
  body: {
    error: {
      code: 'FailedDependency',
      message: 'Request could not be executed because a request that it depends on failed.',
    },
  },
});

const hasContentType = (headers: Readonly<Record<string, string>>): boolean =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');

const partsOf = (body: Json | undefined): readonly Part[] => {
  const parsed = z.object({ requests: z.array(partSchema) }).safeParse(body);
  if (!parsed.success)
    throw invalidRequest(`Invalid batch payload format. ${z.prettifyError(parsed.error)}`, 'BadRequest');
  const { requests } = parsed.data;
  if (requests.length > batchLimit) {
    throw invalidRequest(
      `Number of batch request steps exceeds the maximum value of ${batchLimit}.`,
      'BadRequest',
    );
  }
  if (new Set(requests.map(({ id }) => id)).size < requests.length)
    throw invalidRequest('The ids of a batch must differ.', 'BadRequest');
  const bare = requests.find(
    ({ body: content, headers }) => content !== undefined && !hasContentType(headers),
  );
  if (bare)
    throw invalidRequest(
      `Write request id : ${bare.id} does not contain Content-Type header or body.`,
      'BadRequest',
    );
  return requests;
};

const capitals: Readonly<Record<string, string>> = {
  'cache-control': 'Cache-Control',
  'content-type': 'Content-Type',
  location: 'Location',
  'odata-version': 'OData-Version',
  'retry-after': 'Retry-After',
};

/** Inside a batch headers are JSON names, whose case matters: clients look for `Content-Type` and `Retry-After`. */
const partHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [capitals[name] ?? name, value]));

const run = async (
  request: GraphRequest,
  { id, method, url, headers, body }: Part,
  dispatch: Dispatch,
): Promise<PartResponse> => {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const { reply, ids, usage } = await dispatch(
    {
      method,
      target: `/${request.version}/${url.replace(/^\/+/, '')}`,
      header: (name) => lower.get(name),
      body,
      origin: request.origin,
    },
    request.caller,
  );
  return {
    id,
    status: reply.status,
    headers: partHeaders(headersOf(reply, ids, usage)),
    body: reply.body ?? reply.text ?? null,
  };
};

/** `$batch`: every part is routed, throttled and failed on its own, after those that it depends on. */
export const batchRoute = (dispatch: () => Dispatch): Route =>
  route('POST', '/$batch', async (request) => {
    const parts = partsOf(request.body);
    const responses = new Map<string, PartResponse>();
    for (const part of parts) {
      const isBlocked = part.dependsOn.some((id) => (responses.get(id)?.status ?? 424) >= 400);
      responses.set(part.id, isBlocked ? failedDependency(part.id) : await run(request, part, dispatch()));
    }
    return ok({ responses: [...responses.values()] });
  });
