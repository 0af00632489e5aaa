import { afterEach, beforeEach, expect, it } from 'vitest';
import type { HttpSink } from '../../../local/sinks/http-sink.ts';
import { startWebhookSink, type WebhookMessage } from '../../../local/sinks/webhook-sink.ts';

let sink: HttpSink<WebhookMessage>;
beforeEach(async () => {
  sink = await startWebhookSink();
});
afterEach(() => sink.stop());

const event = {
  specversion: '1.0',
  id: 'violation-1',
  source: '/entra-writeback',
  type: 'entra-writeback.violation',
  subject: 'groups/42',
  time: '2026-01-02T03:04:05Z',
  datacontenttype: 'application/json',
  data: { code: 'held', grüße: true },
};

function post(body: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(sink.url, { method: 'POST', body: JSON.stringify(body), headers });
}

const events = () => sink.messages.all().map((message) => message.event);

it('takes a structured event, and shows the headers that came with it', async () => {
  const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8', 'x-signature': 'abc' };
  expect((await post(event, headers)).status).toBe(202);
  const arrived = await sink.messages.waitFor((message) => message.event.id === 'violation-1');
  expect(arrived.event).toEqual(event);
  expect(arrived.headers['x-signature']).toBe('abc');
});

it('takes a batch as its events', async () => {
  const batch = [event, { ...event, id: 'violation-2' }];
  expect((await post(batch, { 'content-type': 'application/cloudevents-batch+json' })).status).toBe(202);
  expect(events()).toEqual(batch);
});

it('takes a binary event, its attributes percent-encoded in headers', async () => {
  const { data, datacontenttype, ...attributes } = { ...event, subject: 'Grüße' };
  const headers = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]),
  );
  expect((await post(data, { ...headers, 'content-type': datacontenttype })).status).toBe(202);
  expect(events()).toEqual([{ ...event, subject: 'Grüße' }]);
});

it.each([
  ['plain JSON without event attributes', event.data, { 'content-type': 'application/json' }, /specversion/],
  [
    'an event without id',
    { ...event, id: undefined },
    { 'content-type': 'application/cloudevents+json' },
    /id/,
  ],
  [
    'another version',
    { ...event, specversion: '0.3' },
    { 'content-type': 'application/cloudevents+json' },
    /specversion/,
  ],
  [
    'an extension that is an object',
    { ...event, extra: {} },
    { 'content-type': 'application/cloudevents+json' },
    /extra/,
  ],
  [
    'one event where a batch is announced',
    event,
    { 'content-type': 'application/cloudevents-batch+json' },
    /array/,
  ],
])('refuses %s with the reason', async (_name, body, headers, reason) => {
  const answer = await post(body, headers);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toEqual({ error: expect.stringMatching(reason) });
  expect(events()).toEqual([]);
});
