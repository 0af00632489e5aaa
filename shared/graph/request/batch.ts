import { z } from 'zod';
import { type Answer, complete, failed } from '../failure.ts';
import { understand } from '../schema/understand.ts';
import { failureOf } from './failure-of.ts';
import type { Requester } from './requester.ts';
import { backoffMs } from './retry-after.ts';
import { routeOf } from './tries.ts';

/** The most requests that Graph takes in one batch. */
export const batchSize = 20;

/** Tries of one part of a batch. */
const tries = 4;

/** A GET within a batch: a path without version, and the permission that it needs. */
export type Part = {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly permission: string;
};

const Body = z.looseObject({
  responses: z.array(
    z.looseObject({
      id: z.coerce.string(),
      status: z.int(),
      headers: z.record(z.string(), z.unknown()).nullish(),
      body: z.unknown(),
    }),
  ),
});
type PartReply = z.output<typeof Body>['responses'][number];

/** The answer to each part, in order; one part may fail and the others not. */
export type PartAnswers = readonly Answer<unknown>[];

/** Refusals that are of the batch itself and not of the moment: asked again it would be refused again. */
const takesNoBatch: ReadonlySet<number | undefined> = new Set([400, 404, 405, 501]);

/**
 * Sends up to 20 GETs at once. Graph throttles each part for itself and the client does not try them
 * again; this does, within the same bounds as for single requests. What a batch does not answer is asked
 * for alone, and so is everything where no batch is taken: a removed member must not stay in AD for that.
 */
export async function sendBatch(requester: Requester, parts: readonly Part[]): Promise<Answer<PartAnswers>> {
  const answers = new Map<number, Answer<unknown>>();
  let open = parts.map((_, index) => index);
  for (let attempt = 1; open.length > 0; attempt++) {
    const replies = await sendOnce(requester, parts, open);
    if (replies.outcome === 'failed') {
      if (takesNoBatch.has(replies.why.status)) break;
      return replies;
    }
    for (const index of open) {
      const part = parts[index];
      const reply = replies.value.get(String(index));
      if (part && reply) answers.set(index, answerOf(requester, part, reply, attempt));
    }
    open = open.filter((index) => isBusy(answers.get(index)));
    if (open.length === 0 || attempt === tries) break;
    const waitMs = longestWait(open.map((index) => answers.get(index)));
    const pause = waitMs ?? backoffMs(attempt, requester.random());
    if (pause > requester.longestWaitMs) break;
    await requester.sleep(pause);
  }
  const all = parts.map((part, index) => answers.get(index) ?? sendAlone(requester, part));
  return complete(await Promise.all(all));
}

async function sendAlone(requester: Requester, { path, ...part }: Part): Promise<Answer<unknown>> {
  const reply = await requester.send({ ...part, path: `/v1.0${path}` });
  return reply.outcome === 'complete' ? complete(reply.value.body) : reply;
}

async function sendOnce(
  requester: Requester,
  parts: readonly Part[],
  open: readonly number[],
): Promise<Answer<ReadonlyMap<string, PartReply>>> {
  const requests = open.map((index) => {
    const { path = '', headers } = parts[index] ?? {};
    return { id: String(index), method: 'GET', url: path, ...(headers && { headers }) };
  });
  const reply = await requester.send({
    method: 'POST',
    path: '/v1.0/$batch',
    body: { requests },
    permission: parts[0]?.permission ?? '',
  });
  if (reply.outcome === 'failed') return reply;
  const read = understand(Body, reply.value.body, '/$batch');
  if (read.outcome === 'failed') return read;
  return complete(new Map(read.value.responses.map((one) => [one.id, one])));
}

function answerOf(requester: Requester, part: Part, reply: PartReply, attempt: number): Answer<unknown> {
  const headers = headersOf(reply);
  const [path = ''] = part.path.split('?');
  requester.onRequest?.({
    method: 'GET',
    route: routeOf(`${requester.baseUrl}/v1.0${path}`),
    status: reply.status,
    units: Number(headers.get('x-ms-resource-unit') ?? 0) || 0,
    durationMs: 0,
    attempt,
  });
  if (reply.status >= 200 && reply.status < 300) return complete(reply.body);
  const asked = { method: 'GET', path, permission: part.permission };
  return failed(failureOf(reply.status, headers, reply.body, asked, requester.now()));
}

/** Graph writes numbers as text, as headers are; not everything that answers like Graph does. */
const headersOf = ({ headers }: PartReply): Headers =>
  new Headers(
    Object.entries(headers ?? {}).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );

function isBusy(answer: Answer<unknown> | undefined): boolean {
  const status = answer?.outcome === 'failed' ? answer.why.status : undefined;
  return status !== undefined && (status === 429 || status >= 500);
}

/** What the busiest part asked to wait, where any did. */
function longestWait(answers: readonly (Answer<unknown> | undefined)[]): number | undefined {
  const waits = answers.flatMap((answer) =>
    answer?.outcome === 'failed' && answer.why.retryAfterMs !== undefined ? [answer.why.retryAfterMs] : [],
  );
  return waits.length > 0 ? Math.max(...waits) : undefined;
}
