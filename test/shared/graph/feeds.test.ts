import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type FeedItem, type FeedStep, graphUnits } from '../../../shared/graph/index.ts';
import { type ScriptedServer, startServer } from './support/server.ts';
import { clientOf, collect, group, idOf, startWorld, user, type World } from './support/world.ts';

let world: World;
let server: ScriptedServer;
beforeAll(async () => {
  world = await startWorld();
  server = await startServer();
});
afterAll(async () => {
  await world.stop();
  await server.stop();
});
afterEach(() => {
  world.double.behaviour.reset();
  server.asked.length = 0;
});

const itemsOf = (steps: readonly FeedStep[]): readonly FeedItem[] =>
  steps.flatMap((step) => (step.outcome === 'page' ? step.items : []));
const linkOf = (steps: readonly FeedStep[]): string => {
  const last = steps.at(-1);
  if (last?.outcome !== 'page' || last.kind !== 'delta')
    throw new Error(`The drain ended with ${JSON.stringify(last)}.`);
  return last.link;
};
/** The items that a feed brings of what `happen` does. */
const drained = async (feed: 'groups' | 'users' | 'devices', happen: () => void) => {
  const { graph } = world.client();
  const link = linkOf(await collect(graph.drainFeed(feed, 'latest')));
  happen();
  const steps = await collect(graph.drainFeed(feed, { link }));
  return { items: itemsOf(steps), link: linkOf(steps) };
};

describe('a feed', () => {
  it('begins with everything, or only with what happens from now on', async () => {
    const made = world.tenant.create('group', group('Before'));
    const { graph } = world.client();
    expect(itemsOf(await collect(graph.drainFeed('groups', 'start'))).map((item) => item.id)).toContain(
      made.id,
    );
    expect(itemsOf(await collect(graph.drainFeed('groups', 'latest')))).toEqual([]);
  });

  it('brings members as they came and went, and says nothing of what did not change', async () => {
    const [anne, ben] = [world.tenant.create('user', user('Anne')), world.tenant.create('user', user('Ben'))];
    const made = world.tenant.create('group', group('Team', { description: 'old' }), { members: [anne.id] });
    const { items } = await drained('groups', () => {
      world.tenant.link('members', made.id, [ben.id]);
      world.tenant.unlink('members', made.id, [anne.id]);
      world.tenant.update(made.id, { description: null });
    });
    expect(items).toEqual([
      { id: made.id, properties: { description: null }, members: { added: [ben.id], removed: [anne.id] } },
    ]);
  });

  it('tells soft-deleted from deleted for good', async () => {
    const soft = world.tenant.create('group', group('Soft'));
    const hard = world.tenant.create('user', user('Hard'));
    world.tenant.softDelete(hard.id);
    expect((await drained('groups', () => world.tenant.softDelete(soft.id))).items).toEqual([
      { id: soft.id, removed: 'softDeleted', properties: {} },
    ]);
    expect((await drained('users', () => world.tenant.purge(hard.id))).items).toEqual([
      { id: hard.id, removed: 'deleted', properties: {} },
    ]);
  });

  it('asks for minimal answers on every page and costs one unit for each', async () => {
    world.double.behaviour.change({ feed: { objectsPerPage: 1 } });
    const { graph } = world.client();
    const link = linkOf(await collect(graph.drainFeed('groups', 'latest')));
    for (const name of ['One', 'Two', 'Three']) world.tenant.create('group', group(name));
    world.spent();
    const steps = await collect(graph.drainFeed('groups', { link }));
    expect(steps.map((step) => step.outcome === 'page' && step.kind)).toEqual(['next', 'next', 'delta']);
    expect(world.spent()).toMatchObject({ requests: 3, units: 3 * graphUnits.feedPage });
    const page = (link: string) => ({ body: { value: [], '@odata.nextLink': `${server.url}${link}` } });
    server.script.push(page('/v1.0/users/delta?$skiptoken=2'), {
      body: { value: [], '@odata.deltaLink': `${server.url}/d` },
    });
    await collect(clientOf(server.url).graph.drainFeed('users', 'start'));
    expect(server.asked.map((one) => one.headers.prefer)).toEqual(['return=minimal', 'return=minimal']);
  });

  it('may stand still for some pages, and is a failure where it leads in a circle for ever', async () => {
    const page = (token: number) => ({
      body: { value: [], '@odata.nextLink': `${server.url}/v1.0/groups/delta?$skiptoken=${token}` },
    });
    for (let round = 0; round < 21; round += 1) server.script.push(page(1), page(2));
    const steps = await collect(clientOf(server.url).graph.drainFeed('groups', 'start'));
    expect(steps).toHaveLength(41);
    expect(steps.at(-1)).toMatchObject({
      outcome: 'failed',
      why: { code: 'NOT_UNDERSTOOD', retry: 'later' },
    });
    server.script.length = 0;
  });

  it('takes null for the link that is not there', async () => {
    const next = {
      '@odata.nextLink': `${server.url}/v1.0/groups/delta?$skiptoken=2`,
      '@odata.deltaLink': null,
    };
    const last = {
      '@odata.nextLink': null,
      '@odata.deltaLink': `${server.url}/v1.0/groups/delta?$deltatoken=1`,
    };
    server.script.push({ body: { value: [], ...next } }, { body: { value: [], ...last } });
    const steps = await collect(clientOf(server.url).graph.drainFeed('groups', 'start'));
    expect(steps).toMatchObject([{ kind: 'next' }, { kind: 'delta' }]);
  });

  it('goes on at the link of a page in another process, and repeats nothing by that', async () => {
    world.double.behaviour.change({ feed: { objectsPerPage: 1 } });
    const start = linkOf(await collect(world.client().graph.drainFeed('groups', 'latest')));
    const made = ['A', 'B', 'C'].map((name) => world.tenant.create('group', group(name)));
    const ids: string[] = [];
    let link = start;
    for await (const step of world.client().graph.drainFeed('groups', { link })) {
      if (step.outcome !== 'page') throw new Error(step.outcome);
      ids.push(...step.items.map((item) => item.id));
      link = step.link;
      break;
    }
    ids.push(
      ...itemsOf(await collect(world.client().graph.drainFeed('groups', { link }))).map((item) => item.id),
    );
    expect(ids).toEqual(made.map((one) => one.id));
  });

  it('does not show what nobody asked for: the last sign-in of a device', async () => {
    const made = world.tenant.create('device', {
      displayName: 'PC',
      deviceId: crypto.randomUUID(),
      accountEnabled: true,
    });
    const quiet = () =>
      world.tenant.update(made.id, { approximateLastSignInDateTime: '2026-01-01T00:00:00Z' });
    expect((await drained('devices', quiet)).items).toEqual([]);
    const loud = () => world.tenant.update(made.id, { accountEnabled: false });
    expect((await drained('devices', loud)).items).toEqual([
      { id: made.id, properties: { accountEnabled: false } },
    ]);
  });

  it('shows owners and extension attributes where the policy needs them', async () => {
    const { graph } = world.client();
    const link = linkOf(
      await collect(
        graph.drainFeed('groups', 'latest', { owners: true, extensions: ['extensionAttribute3'] }),
      ),
    );
    const made = world.tenant.create('group', group('Watched'));
    const owner = world.tenant.create('user', user('Owner'));
    const [created] = [await collect(graph.drainFeed('groups', { link }))];
    world.tenant.link('owners', made.id, [owner.id]);
    const second = await collect(graph.drainFeed('groups', { link: linkOf(created) }));
    expect(itemsOf(second).map((item) => item.id)).toEqual([made.id]);
    world.tenant.update(made.id, { onPremisesExtensionAttributes: { extensionAttribute3: 'x' } });
    const third = await collect(graph.drainFeed('groups', { link: linkOf(second) }));
    expect(itemsOf(third)).toMatchObject([
      { id: made.id, properties: { onPremisesExtensionAttributes: { extensionAttribute3: 'x' } } },
    ]);
  });
});

describe('a feed that Graph has reset', () => {
  it.each([
    [410, 'syncStateNotFound'],
    [410, 'resyncRequired'],
    [400, 'syncStateNotFound'],
    [400, 'resyncRequired'],
  ])('by %d %s says resync, and where to', async (status, code) => {
    const { graph } = world.client();
    const link = linkOf(await collect(graph.drainFeed('groups', 'latest')));
    world.double.behaviour.change({ feed: { resync: { next: 1 }, resyncStatus: status, resyncCode: code } });
    const steps = await collect(graph.drainFeed('groups', { link }));
    expect(steps).toMatchObject([{ outcome: 'resync', why: { status, code } }]);
    const [step] = steps;
    expect(step?.outcome === 'resync' && step.location).toContain(`${world.double.url}/v1.0/groups/delta?`);
  });

  it('because the token is older than seven days says resync', async () => {
    const { graph } = world.client();
    const link = linkOf(await collect(graph.drainFeed('users', 'latest')));
    world.double.behaviour.change({ clockAheadMs: 8 * 24 * 3_600_000 });
    expect(await collect(graph.drainFeed('users', { link }))).toMatchObject([{ outcome: 'resync' }]);
  });

  it.each([
    ['Directory_ExpiredPageToken', 'Specified page token value has expired.'],
    ['BadRequest', 'Badly formed token.'],
  ])('by a bad request to a kept link (%s) says resync', async (code, message) => {
    server.script.push({ status: 400, body: { error: { code, message } } });
    const link = `${server.url}/v1.0/groups/delta?$skiptoken=old`;
    expect(await collect(clientOf(server.url).graph.drainFeed('groups', { link }))).toMatchObject([
      { outcome: 'resync', why: { status: 400, code } },
    ]);
  });

  it('is not a link that was given a moment ago and is refused in the middle of a round', async () => {
    const link = `${server.url}/v1.0/groups/delta?$deltatoken=kept`;
    server.script.push(
      { body: { value: [], '@odata.nextLink': `${server.url}/v1.0/groups/delta?$skiptoken=next` } },
      { status: 400, body: { error: { code: 'Directory_ExpiredPageToken', message: 'Expired token.' } } },
    );
    expect(await collect(clientOf(server.url).graph.drainFeed('groups', { link }))).toMatchObject([
      { outcome: 'page' },
      { outcome: 'failed', why: { status: 400 } },
    ]);
  });

  it('keeps no address that leads to another host', async () => {
    server.script.push({
      status: 410,
      headers: { location: 'https://elsewhere.example/v1.0/groups/delta?$deltatoken=' },
      body: { error: { code: 'SyncStateNotFound', message: 'Resync required.' } },
    });
    const [step] = await collect(clientOf(server.url).graph.drainFeed('groups', 'start'));
    expect(step).toMatchObject({ outcome: 'resync' });
    expect(step).not.toHaveProperty('location');
  });

  it('is also one whose link belongs to another Graph', async () => {
    const link = 'https://elsewhere.example/v1.0/groups/delta?$deltatoken=abc';
    expect(await collect(clientOf(server.url).graph.drainFeed('groups', { link }))).toMatchObject([
      { outcome: 'resync', why: { code: 'FOREIGN_LINK' } },
    ]);
    expect(server.asked).toEqual([]);
  });

  it.each([
    ['a bad request of another kind', 400, 'Request_UnsupportedQuery', 'never'],
    ['a refusal', 403, 'Authorization_RequestDenied', 'later'],
  ])('is not %s', async (_name, status, code, retry) => {
    server.script.push({ status, body: { error: { code, message: 'No.' } } });
    expect(await collect(clientOf(server.url).graph.drainFeed('groups', 'start'))).toMatchObject([
      { outcome: 'failed', why: { status, code, retry } },
    ]);
  });
});

describe('a page of a feed', () => {
  const page = async (value: readonly unknown[]) => {
    server.script.push({
      body: { value, '@odata.deltaLink': `${server.url}/v1.0/groups/delta?$deltatoken=x` },
    });
    const [step] = await collect(clientOf(server.url).graph.drainFeed('groups', 'start'));
    if (step?.outcome !== 'page') throw new Error(`The page is ${step?.outcome}.`);
    return step;
  };
  const id = '2e5807ce-58f3-4a94-9b37-ffff2e085957';
  const member = '3a5c3221-c465-48c0-95b8-e9305786a271';

  it('takes both shapes of @removed, on objects and on members', async () => {
    const step = await page([
      { id, '@removed': { reason: 'changed' } },
      { id, '@removed': 'deleted' },
      { id, 'members@delta': [{ id: member, '@removed': { reason: 'changed' } }] },
      { id, 'members@delta': [{ id: member, '@removed': 'deleted' }] },
    ]);
    expect(step.items).toEqual([
      { id, removed: 'softDeleted', properties: {} },
      { id, removed: 'deleted', properties: {} },
      { id, properties: {}, members: { added: [], removed: [member] } },
      { id, properties: {}, members: { added: [], removed: [member] } },
    ]);
    expect(step.refused).toEqual([]);
  });

  it('refuses an item without a usable id, with the reason, and keeps the others', async () => {
    const step = await page([{ id: 'not-a-guid' }, { id, displayName: 'Kept' }, { displayName: 'No id' }]);
    expect(step.items).toEqual([{ id, properties: { displayName: 'Kept' } }]);
    expect(step.refused).toEqual([
      expect.stringContaining('value[0]: id: is not an object id'),
      expect.stringContaining('value[2]: id: '),
    ]);
  });

  it('asks for a complete read where one member makes no sense', async () => {
    const step = await page([
      { id, 'members@delta': [{ id: member }, { id: '693acd06-2877-4339-8ade-b704261fe7a' }] },
    ]);
    expect(step.items).toEqual([{ id, properties: {}, members: 'unreadable' }]);
  });

  it('is a failure when it leads nowhere', async () => {
    server.script.push({ body: { value: [] } });
    expect(await collect(clientOf(server.url).graph.drainFeed('groups', 'start'))).toMatchObject([
      { outcome: 'failed', why: { code: 'NOT_UNDERSTOOD' } },
    ]);
  });

  it('is a failure when its next link leads elsewhere, and our token stays here', async () => {
    server.script.push({
      body: { value: [], '@odata.nextLink': 'https://elsewhere.example/v1.0/groups/delta' },
    });
    expect(await collect(clientOf(server.url).graph.drainFeed('groups', 'start'))).toMatchObject([
      { outcome: 'failed', why: { code: 'FOREIGN_LINK' } },
    ]);
  });
});

describe('reading with the group and its feed', () => {
  it('finds one changed member among very many for the price of two pages and one record', async () => {
    const people = Array.from({ length: 3000 }, (_, index) => world.tenant.seed.user(user(`M ${index}`)));
    const made = world.tenant.seed.group(group('Huge'), { members: people.map((one) => one.id) });
    const { graph } = world.client();
    const link = linkOf(await collect(graph.drainFeed('groups', 'latest')));
    const fresh = world.tenant.create('user', user('Fresh'));
    world.tenant.link('members', made.id, [fresh.id]);
    world.spent();
    await graph.readGroup(idOf(made));
    const steps = await collect(graph.drainFeed('groups', { link }));
    expect(itemsOf(steps)).toMatchObject([{ id: made.id, members: { added: [fresh.id], removed: [] } }]);
    await graph.readMemberRecords([idOf(fresh)]);
    expect(world.spent().requests).toBe(4);
  });
});
