import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorld, type World } from './world.ts';

/** What an operator sees and does, over the API as the command line uses it. */

let world: World;
let people: { readonly id: string; readonly onPremisesSecurityIdentifier: string }[];

beforeAll(async () => {
  world = await startWorld();
  const users = await world.graph('GET', '/v1.0/users?$top=50&$select=id,onPremisesSecurityIdentifier');
  people = (users.value as typeof people).filter((user) => user.onPremisesSecurityIdentifier);
}, 120_000);

afterAll(() => world?.stop());

type Json = Readonly<Record<string, unknown>>;
type Page = { readonly value: readonly Json[]; readonly next: string | null };

const personOf = (index: number): (typeof people)[number] => {
  const person = people[index];
  if (!person) throw new Error(`The tenant has no person ${index}.`);
  return person;
};
const get = async <T = Page>(path: string): Promise<T> => {
  const answer = await world.api(path);
  expect(answer.status, `GET ${path}`).toBe(200);
  return (await answer.json()) as T;
};
const post = (path: string, body: unknown): Promise<Response> =>
  world.api(path, { method: 'POST', body: JSON.stringify(body) });

let number = 0;
async function createGroup(displayName: string, members: readonly string[] = []): Promise<string> {
  number += 1;
  const body = {
    displayName,
    groupTypes: ['Unified'],
    mailEnabled: true,
    mailNickname: `operations${number}`,
    securityEnabled: false,
    'members@odata.bind': members.map((id) => `https://graph.microsoft.com/v1.0/users/${id}`),
  };
  return String((await world.graph('POST', '/v1.0/groups', body)).id);
}
const addMember = (group: string, id: string): Promise<unknown> =>
  world.graph('POST', `/v1.0/groups/${group}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
  });
const removeMember = (group: string, id: string): Promise<unknown> =>
  world.graph('DELETE', `/v1.0/groups/${group}/members/${id}/$ref`);

describe('the history of an object', () => {
  it('tells who was added and removed, what changed, why, and when each stage was', async () => {
    let since = world.mark();
    const [anna, ben] = [personOf(0), personOf(1)];
    const id = await createGroup('History', [anna.id]);
    await world.settled(id, since, (event) => event.result === 'applied');
    since = world.mark();
    await addMember(id, ben.id);
    await world.settled(id, since, (event) => event.membersAdded === 1);
    since = world.mark();
    await removeMember(id, anna.id);
    await world.settled(id, since, (event) => event.membersRemoved === 1);
    since = world.mark();
    await world.graph('PATCH', `/v1.0/groups/${id}`, { description: 'New words' });
    await world.settled(id, since, (event) => event.result === 'applied');

    const { value } = await get(`/objects/${id}/history`);
    const [described, removed, added] = value;
    expect(described).toMatchObject({
      event: 'outcome.applied',
      changes: [{ what: 'description', before: [], after: ['New words'] }],
    });
    expect(removed?.members).toEqual([
      { change: 'removed', id: anna.id, sid: anna.onPremisesSecurityIdentifier },
    ]);
    expect(added?.members).toEqual([{ change: 'added', id: ben.id, sid: ben.onPremisesSecurityIdentifier }]);
    expect(value.at(-1)).toMatchObject({
      event: 'decision.changed',
      codes: ['WRITE_BY_DEFAULT'],
      details: { outcome: 'write', reason: 'WRITE_BY_DEFAULT', trace: { rules: expect.any(Array) } },
    });
    const { times, traceId, policyVersion, rule } = Object(added?.details) as {
      readonly times: Readonly<Record<string, string>>;
    } & Json;
    const order = ['receivedAt', 'decidedAt', 'startedAt', 'finishedAt', 'settledAt'].map(
      (stage) => times[stage] ?? '',
    );
    expect(order).toEqual(order.toSorted());
    expect(order.every((at) => Date.parse(at) > 0)).toBe(true);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(policyVersion).toEqual(expect.any(String));
    expect(rule).toEqual(expect.any(String));
  });

  it('is found by member: who was added or removed where', async () => {
    const since = world.mark();
    const carl = personOf(2);
    const [one, two] = [await createGroup('First', [carl.id]), await createGroup('Second', [carl.id])];
    for (const id of [one, two])
      await world.settled(id, since, (event) => event.result === 'applied' && event.membersAdded === 1);
    const later = world.mark();
    await removeMember(one, carl.id);
    await world.settled(one, later, (event) => event.membersRemoved === 1);
    for (const identity of [carl.id, carl.onPremisesSecurityIdentifier]) {
      const { value } = await get(`/audit?member=${identity}`);
      const story = value
        .map(({ object, members }) => [(object as Json).id, (members as Json[])[0]?.change])
        .filter(([id]) => id === one || id === two);
      expect(story).toHaveLength(3);
      expect(story[0]).toEqual([one, 'removed']);
      expect(story.slice(1).toSorted()).toEqual([one, two].toSorted().map((id) => [id, 'added']));
    }
  });

  it('says that a decision was made not to write, once', async () => {
    const since = world.mark();
    const body = { displayName: 'Quiet', mailEnabled: false, mailNickname: 'quiet', securityEnabled: true };
    const id = String((await world.graph('POST', '/v1.0/groups', body)).id);
    await world.decided(id, 'ignore', since);
    const again = world.mark();
    await world.graph('PATCH', `/v1.0/groups/${id}`, { description: 'Nobody cares' });
    await world.decided(id, 'ignore', again);
    const { value } = await get(`/objects/${id}/history`);
    expect(value.map(({ event, codes }) => [event, codes])).toEqual([['decision.changed', ['NOT_ENABLED']]]);
  });

  it('is searched by code and time, page by page, and exported as JSON lines', async () => {
    const all = await get('/audit?limit=1000');
    expect(all.next).toBeNull();
    const notEnabled = await get('/audit?code=NOT_ENABLED&limit=1000');
    expect(notEnabled.value.length).toBeGreaterThan(0);
    expect(notEnabled.value).toEqual(
      all.value.filter(({ codes }) => (codes as string[])?.includes('NOT_ENABLED')),
    );
    const pages: Json[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const page: Page = await get(`/audit?limit=7${after && `&after=${encodeURIComponent(after)}`}`);
      pages.push(...page.value);
      after = page.next;
    }
    expect(pages).toEqual(all.value);
    const middle = String(all.value[Math.floor(all.value.length / 2)]?.at);
    const newer = await get(`/audit?since=${middle}&limit=1000`);
    const older = await get(`/audit?before=${middle}&limit=1000`);
    expect([...newer.value, ...older.value]).toEqual(all.value);

    const lines: Json[] = [];
    for (let path: string | undefined = '/audit/export?limit=10'; path; ) {
      const answer = await world.api(path);
      expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
      const text = await answer.text();
      lines.push(
        ...text
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Json),
      );
      path = /<\/api([^>]+)>/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    expect(lines).toEqual(all.value.map(({ changes: _, ...entry }) => entry));
  });
});

describe('the story of an object', () => {
  it('shows it in Graph and in AD now, and what differs', async () => {
    const since = world.mark();
    const id = await createGroup('Story', [personOf(3).id]);
    await world.settled(id, since, (event) => event.result === 'applied');
    const story = await get<Json>(`/objects/${id}`);
    expect(story).toMatchObject({
      displayName: 'Story',
      written: true,
      trace: { rules: expect.any(Array) },
      lastOutcome: { event: 'outcome.applied' },
      violations: [],
      snapshot: { id, presence: 'present', properties: { displayName: 'Story' } },
      desired: { kind: 'group', commonName: expect.stringContaining('Story') },
      members: { counts: { written: 1, leftOut: 0 } },
      now: { decision: { outcome: 'write' }, trace: { rules: expect.any(Array) } },
      observed: { attributes: { displayName: ['Story'] } },
      difference: [],
    });
    const page = await world.api(`/objects/${id}`, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
    const text = await page.text();
    for (const part of ['<h1>Story</h1>', 'None: AD is as desired.', 'CN=Story', 'kind equals'])
      expect(text).toContain(part);
  });
});

describe('messages that nobody works on', () => {
  let bus: ServiceBusClient;
  beforeAll(() => {
    bus = new ServiceBusClient(world.stack.file.serviceBus.connectionString);
  });
  afterAll(() => bus?.close());

  const send = (queue: string, body: string, sessionId: string): Promise<void> =>
    bus.createSender(queue).sendMessages({ body: Buffer.from(body), sessionId });
  const letters = async (queue: string) => (await get(`/dead-letters?queue=${queue}`)).value;
  const violation = (event: string, since: number) =>
    world.event(
      (one) => one.event === event && one.code === 'MESSAGE_REJECTED' && one.subject === 'outcomes',
      since,
      `${event} MESSAGE_REJECTED`,
    );

  it('are listed and explained, and discarded by a person who is named in the audit', async () => {
    const since = world.mark();
    await send('outcomes', 'this is no JSON', 'group:nobody');
    await violation('violation.opened', since);
    const [letter, ...others] = await letters('outcomes');
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ kind: 'setAside', code: 'NOT_JSON', replay: { possible: false } });
    const path = `/dead-letters/${letter?.id}`;
    expect(await get<Json>(path)).toMatchObject({ body: 'this is no JSON', explanation: expect.any(String) });

    const nameless = await post(`${path}/discard`, {});
    expect([nameless.status, ((await nameless.json()) as Json).code]).toEqual([400, 'PERSON_MISSING']);
    expect((await post(`${path}/replay`, { person: 'anna@contoso.com' })).status).toBe(422);
    expect(await letters('outcomes')).toHaveLength(1);

    const later = world.mark();
    const discarded = await post(`${path}/discard`, { person: 'anna@contoso.com', reason: 'a test of mine' });
    expect(discarded.status).toBe(200);
    await violation('violation.resolved', later);
    expect(await letters('outcomes')).toEqual([]);
    expect((await post(`${path}/discard`, { person: 'anna@contoso.com' })).status).toBe(404);
    const { value } = await get('/audit?code=deadLetter.discarded');
    expect(value).toMatchObject([
      { actor: 'anna@contoso.com', details: { body: 'this is no JSON', reason: 'a test of mine' } },
    ]);
  });

  it('leave the others where they are, in their order, when one is taken', async () => {
    const since = world.mark();
    for (const text of ['one', 'two', 'three']) await send('outcomes', text, 'group:nobody');
    await world.event(
      (event) =>
        event.event === 'message.rejected' &&
        world.events.slice(since).filter((one) => one.event === 'message.rejected').length === 3,
      since,
      'three refusals',
    );
    const before = await letters('outcomes');
    expect(before).toHaveLength(3);
    await post(`/dead-letters/${before[1]?.id}/discard`, { person: 'ben' });
    expect((await letters('outcomes')).map(({ id }) => id)).toEqual([before[0]?.id, before[2]?.id]);
    for (const { id } of await letters('outcomes'))
      expect((await post(`/dead-letters/${id}/discard`, { person: 'ben' })).status).toBe(200);
    expect(await letters('outcomes')).toEqual([]);
  });

  it('that say what was true once are not sent again: their object is looked at anew', async () => {
    let since = world.mark();
    const id = await createGroup('Replayed', [personOf(4).id]);
    await world.settled(id, since, (event) => event.result === 'applied');
    since = world.mark();
    await send('intents', '{"version":99,"body":{}}', `group:${id}`);
    const [letter] = await vi.waitUntil(async () => {
      const found = await letters('intents');
      return found.length > 0 && found;
    }, 10_000);
    expect(letter).toMatchObject({
      code: 'VERSION_UNKNOWN',
      object: { kind: 'group', id },
      replay: { possible: true, does: 'lookAtObject' },
    });
    since = world.mark();
    expect((await post(`/dead-letters/${letter?.id}/replay`, { person: 'anna' })).status).toBe(200);
    await world.settled(id, since, (event) => event.cause === 'request' && event.result === 'unchanged');
    expect(await letters('intents')).toEqual([]);
    const [entry] = (await get('/audit?code=deadLetter.replayed')).value;
    expect(entry).toMatchObject({ actor: 'anna', object: { kind: 'group', id } });
  });
});
