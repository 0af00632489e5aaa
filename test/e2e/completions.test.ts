import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { signature } from '../../shared/callback/sign.ts';
import { startWorld, type World } from './world.ts';

/** A caller asks to be told when a change of the cloud is in AD: by polling, and by callback. */

type Json = Readonly<Record<string, unknown>>;
type Told = { readonly headers: Readonly<Record<string, unknown>>; readonly body: string };

const key = 'a signing key of more than 32 characters';
let world: World;
let people: readonly string[];
let receiver: Server;
let receiverUrl = '';
let answerWith = 200;
const told: Told[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      told.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answerWith).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/done`;
  world = await startWorld({ settings: { COMPLETION_SIGNING_KEY: key } });
  const users = await world.graph('GET', '/v1.0/users?$top=50&$select=id,onPremisesSecurityIdentifier');
  people = (users.value as readonly Json[])
    .filter((user) => user.onPremisesSecurityIdentifier)
    .map(({ id }) => String(id));
}, 120_000);

afterAll(async () => {
  receiver?.close();
  await world?.stop();
});

const person = (index: number): string => people[index] ?? '';
const ask = async (body: Json): Promise<Json> => {
  const response = await world.api('/completions', { method: 'POST', body: JSON.stringify(body) });
  const answer = (await response.json()) as Json;
  expect(response.status, JSON.stringify(answer)).toBe(202);
  expect(response.headers.get('location')).toBe(`/api/completions/${answer.id}`);
  return answer;
};
const poll = async ({ id }: Json): Promise<Json> =>
  (await (await world.api(`/completions/${id}`)).json()) as Json;
/** The completion when it is no longer waiting. */
const ended = (completion: Json): Promise<Json> =>
  vi.waitUntil(
    async () => {
      const now = await poll(completion);
      return now.state !== 'waiting' && now;
    },
    { timeout: 20_000, interval: 50 },
  );

let number = 0;
async function createGroup(displayName: string, members: readonly string[]): Promise<string> {
  number += 1;
  const body = {
    displayName,
    groupTypes: ['Unified'],
    mailEnabled: true,
    mailNickname: `completion${number}`,
    securityEnabled: false,
    'members@odata.bind': members.map((id) => `https://graph.microsoft.com/v1.0/users/${id}`),
  };
  return String((await world.graph('POST', '/v1.0/groups', body)).id);
}
async function writtenGroup(displayName: string, members: readonly string[]): Promise<string> {
  const since = world.mark();
  const id = await createGroup(displayName, members);
  await world.settled(id, since, (event) => event.result === 'applied');
  return id;
}
const addMember = (group: string, id: string): Promise<unknown> =>
  world.graph('POST', `/v1.0/groups/${group}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
  });
const removeMember = (group: string, id: string): Promise<unknown> =>
  world.graph('DELETE', `/v1.0/groups/${group}/members/${id}/$ref`);

describe('a member', () => {
  it('that is added: the caller is told when AD has it, by polling and by a signed callback', async () => {
    const id = await writtenGroup('Added', [person(0)]);
    told.length = 0;
    const asked = await ask({
      object: { id },
      member: person(1),
      change: 'present',
      callback: receiverUrl,
    });
    expect(asked).toMatchObject({ state: 'waiting', answer: null });
    await addMember(id, person(1));
    const done = await ended(asked);
    expect(done).toMatchObject({
      state: 'done',
      object: { kind: 'group', id },
      answer: { result: 'written', relay: 'local', secondsAfterRequest: expect.any(Number) },
    });
    await vi.waitUntil(() => told.length > 0, 10_000);
    const [{ headers, body }] = told as [Told];
    expect(JSON.parse(body)).toMatchObject({ id: asked.id, state: 'done', answer: done.answer });
    const at = new Date(Number(headers['webhook-timestamp']) * 1000);
    expect(headers).toMatchObject(signature(key, String(asked.id), at, body));
    await vi.waitUntil(async () => ((await poll(asked)).callback as Json).deliveredAt, 10_000);
  });

  it('that is removed: the caller is told when AD has it no more', async () => {
    const id = await writtenGroup('Removed', [person(0), person(1)]);
    const asked = await ask({ object: { id }, member: person(1), change: 'absent' });
    await removeMember(id, person(1));
    expect(await ended(asked)).toMatchObject({ state: 'done', answer: { result: 'written' } });
    const { value } = (await (await world.api(`/objects/${id}/history?member=${person(1)}`)).json()) as {
      readonly value: readonly Json[];
    };
    expect(value[0]?.members).toMatchObject([{ change: 'removed', id: person(1) }]);
  });

  it.each(['present', 'absent'] as const)(
    'that is %s already: the relay is asked, and says so',
    async (change) => {
      const id = await writtenGroup(`Already ${change}`, [person(2), person(3)]);
      const member = change === 'present' ? person(2) : person(4);
      const asked = await ask({ object: { id }, member, change });
      expect(await ended(asked)).toMatchObject({ state: 'done', answer: { result: 'alreadySo' } });
    },
  );

  it('that never comes: the time ends, and what stands in the way is told', async () => {
    const since = world.mark();
    const body = {
      displayName: 'Not ours',
      mailEnabled: false,
      mailNickname: 'notours',
      securityEnabled: true,
    };
    const id = String((await world.graph('POST', '/v1.0/groups', body)).id);
    await world.decided(id, 'ignore', since);
    const asked = await ask({ object: { id }, member: person(0), change: 'present', timeoutSeconds: 5 });
    expect(await ended(asked)).toMatchObject({
      state: 'timedOut',
      answer: null,
      seen: { code: 'NOT_ENABLED', message: expect.stringContaining('ignore') },
    });
  });

  it('that is a nested group without an AD group is answered with that reason, though it was there before', async () => {
    const body = { displayName: 'Nested', mailEnabled: false, mailNickname: 'nested', securityEnabled: true };
    const nested = String((await world.graph('POST', '/v1.0/groups', body)).id);
    const since = world.mark();
    const parent = String(
      (
        await world.graph('POST', '/beta/groups', {
          displayName: 'Parent',
          mailEnabled: false,
          mailNickname: 'parent',
          securityEnabled: true,
          'members@odata.bind': [`https://graph.microsoft.com/v1.0/groups/${nested}`],
        })
      ).id,
    );
    await world.graph('PATCH', `/beta/groups/${parent}`, { writebackConfiguration: { isEnabled: true } });
    await world.settled(parent, since, (event) => event.result === 'applied');
    const asked = await ask({
      object: { id: parent },
      member: nested,
      change: 'present',
      timeoutSeconds: 600,
    });
    const { seen } = await vi.waitUntil(async () => {
      const now = await poll(asked);
      return now.seen !== null && now;
    }, 15_000);
    expect(seen).toMatchObject({ code: 'GROUP_NOT_WRITTEN', message: expect.stringContaining('left out') });
  });

  it('of a group that Graph does not have ends with that', async () => {
    const object = { id: crypto.randomUUID() };
    const asked = await ask({ object, member: person(0), change: 'present', timeoutSeconds: 5 });
    expect(await ended(asked)).toMatchObject({ state: 'timedOut', seen: { code: 'NOT_EVALUATED' } });
  });

  it('whose callback fails: it stays due, and what went wrong is told', async () => {
    const id = await writtenGroup('Deaf', [person(0)]);
    answerWith = 503;
    const asked = await ask({ object: { id }, member: person(0), change: 'present', callback: receiverUrl });
    await ended(asked);
    const { callback } = await vi.waitUntil(async () => {
      const now = await poll(asked);
      return (now.callback as Json).attempts === 1 && now;
    }, 10_000);
    expect(callback).toMatchObject({
      deliveredAt: null,
      nextAt: expect.any(String),
      lastError: 'It answered 503.',
    });
    answerWith = 200;
  });
});

describe('an object', () => {
  it('is told of when it is written, and when it is gone', async () => {
    const id = await createGroup('Whole', []);
    const written = await ask({ object: { id }, change: 'present' });
    expect(await ended(written)).toMatchObject({ state: 'done' });
    expect(await world.adGroup(id)).toBeDefined();
    const gone = await ask({ object: { id }, change: 'absent' });
    await world.graph('DELETE', `/v1.0/groups/${id}`);
    await world.graph('DELETE', `/v1.0/directory/deletedItems/${id}`);
    expect(await ended(gone)).toMatchObject({ state: 'done', answer: { result: 'written' } });
    expect(await world.adGroup(id)).toBeUndefined();
  });
});

describe('a request that cannot be met', () => {
  it.each([
    [{ object: { id: 'nonsense' }, change: 'present' }, 400, 'REQUEST_INVALID'],
    [
      { object: { kind: 'user', id: crypto.randomUUID() }, member: crypto.randomUUID(), change: 'present' },
      400,
      'REQUEST_INVALID',
    ],
    [
      { object: { id: crypto.randomUUID() }, change: 'present', callback: 'https://10.0.0.1/x' },
      422,
      'CALLBACK_NOT_ALLOWED',
    ],
  ])('is refused: %j', async (body, status, code) => {
    const response = await world.api('/completions', { method: 'POST', body: JSON.stringify(body) });
    expect([response.status, ((await response.json()) as Json).code]).toEqual([status, code]);
  });
});
