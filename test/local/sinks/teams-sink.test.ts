import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpSink } from '../../../local/sinks/http-sink.ts';
import { startTeamsSink, type TeamsMessage } from '../../../local/sinks/teams-sink.ts';

let sink: HttpSink<TeamsMessage>;
beforeEach(async () => {
  sink = await startTeamsSink({ requestsPerSecond: 1000 });
});
afterEach(() => sink.stop());

const card = {
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  type: 'AdaptiveCard',
  version: '1.4',
  msteams: { width: 'Full' },
  body: [
    { type: 'TextBlock', text: 'Held: 40 removals', wrap: true },
    { type: 'FactSet', facts: [{ title: 'Group', value: 'Finance Ürün' }] },
  ],
  actions: [{ type: 'Action.OpenUrl', title: 'Open', url: 'https://example.test/holds/1' }],
};

function message(content: unknown, change: object = {}) {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return { type: 'message', attachments: [attachment], ...change };
}

function post(body: unknown, url = sink.url): Promise<Response> {
  return fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
}

it('answers 202 and keeps the card and what a person reads on it', async () => {
  const arrived = sink.messages.waitFor(({ text }) => text.includes('Held'));
  expect((await post(message(card))).status).toBe(202);
  expect(await arrived).toEqual({ card, text: 'Held: 40 removals\nGroup\nFinance Ürün\nOpen' });
});

describe('refuses with 400 and names the place', () => {
  it.each([
    ['a body that is not JSON', '{', /expected object/],
    ['another type of message', message(card, { type: 'event' }), /at type/],
    ['no attachment', message(card, { attachments: [] }), /at attachments/],
    [
      'two attachments',
      { ...message(card), attachments: [...message(card).attachments, ...message(card).attachments] },
      /at attachments/,
    ],
    ['a card of version 1.6', message({ ...card, version: '1.6' }), /version 1\.0 to 1\.5/],
    ['an empty card', message({ ...card, body: [] }), /content\.body/],
    [
      'an action that nobody would receive',
      message({ ...card, actions: [{ type: 'Action.Submit', title: 'x' }] }),
      /actions\[0\]\.type/,
    ],
    ['a legacy connector card', { '@type': 'MessageCard', text: 'x' }, /at type/],
  ])('%s', async (_name, body, reason) => {
    const answer = await post(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringMatching(reason) });
    expect(sink.messages.all()).toEqual([]);
    expect(sink.attempts.all()).toMatchObject([{ status: 400, reason: expect.stringMatching(reason) }]);
  });
});

it('takes 28 KB and refuses one byte more with 413', async () => {
  const limit = 28 * 1024;
  const sized = (bytes: number) => {
    const empty = JSON.stringify(message({ ...card, body: [{ type: 'TextBlock', text: '' }] }));
    const text = 'x'.repeat(bytes - Buffer.byteLength(empty));
    return JSON.stringify(message({ ...card, body: [{ type: 'TextBlock', text }] }));
  };
  expect(Buffer.byteLength(sized(limit))).toBe(limit);
  expect((await post(sized(limit))).status).toBe(202);
  expect((await post(sized(limit + 1))).status).toBe(413);
});

it('refuses whoever lacks the signature of the URL', async () => {
  expect((await post(message(card), sink.url.replace(/sig=.*/, 'sig=wrong'))).status).toBe(401);
  expect((await post(message(card), sink.url.replace(/\?.*/, ''))).status).toBe(401);
  expect(sink.messages.all()).toEqual([]);
});

it('refuses the fifth request within a second with 429 by default', async () => {
  const strict = await startTeamsSink();
  try {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => post(message(card), strict.url)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 202, 202, 429]);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
  } finally {
    await strict.stop();
  }
});

it('misbehaves as often as told and then behaves', async () => {
  sink.disturb({ kind: 'status', status: 500, times: 2 });
  const statuses = [];
  for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await post(message(card))).status);
  expect(statuses).toEqual([500, 500, 202]);
  expect(sink.messages.all()).toHaveLength(1);
  expect(sink.attempts.all().map(({ status }) => status)).toEqual([500, 500, 202]);
});

it('misbehaves until it is told to stop', async () => {
  sink.disturb({ kind: 'status', status: 429, retryAfterInSeconds: 7 });
  expect((await post(message(card))).headers.get('retry-after')).toBe('7');
  expect((await post(message(card))).status).toBe(429);
  sink.disturb(undefined);
  expect((await post(message(card))).status).toBe(202);
});

it('leaves a request without an answer on request, and can still be stopped', async () => {
  sink.disturb({ kind: 'silent' });
  const outcome = post(message(card)).catch((error: unknown) => error);
  expect(await sink.attempts.waitFor(({ status }) => status === 0)).toMatchObject({ status: 0 });
  await sink.stop();
  expect(await outcome).toBeInstanceOf(Error);
  sink = await startTeamsSink();
});

describe('to other programs', () => {
  const read = async (path: string) => (await fetch(`${sink.readUrl}${path}`)).json();

  it('shows messages and attempts, and forgets them on request', async () => {
    await post(message(card));
    expect(await read('/messages')).toEqual({ messages: [{ card, text: expect.stringContaining('Held') }] });
    expect(await read('/attempts')).toEqual({ attempts: [{ status: 202 }] });
    expect((await fetch(`${sink.readUrl}/messages`, { method: 'DELETE' })).status).toBe(204);
    expect(await read('/messages')).toEqual({ messages: [] });
    expect(await read('/attempts')).toEqual({ attempts: [] });
  });

  it('lets itself be disturbed, and says what is wrong with a disturbance', async () => {
    const put = (body: string) => fetch(`${sink.readUrl}/disturbance`, { method: 'PUT', body });
    expect((await put('{"kind":"status","status":503}')).status).toBe(204);
    expect((await post(message(card))).status).toBe(503);
    expect((await put('null')).status).toBe(204);
    expect((await post(message(card))).status).toBe(202);
    const wrong = await put('{"kind":"status","status":200}');
    expect(wrong.status).toBe(400);
    expect(await wrong.json()).toEqual({ error: expect.stringMatching(/status/) });
  });

  it('answers 404 with the place to post to', async () => {
    const answer = await fetch(`${sink.readUrl}/elsewhere`, { method: 'POST', body: '{}' });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toEqual({ error: expect.stringContaining('/workflows/writeback') });
  });
});
