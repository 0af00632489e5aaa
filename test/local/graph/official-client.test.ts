import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  GraphError,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { appToken, newGroup, type Parsed, startWorld, type TestWorld } from './support/world.ts';

let world: TestWorld;
let client: Client;
beforeAll(async () => {
  world = await startWorld({ users: 40 });
  client = Client.initWithMiddleware({
    baseUrl: world.graph.url,
    customHosts: new Set([new URL(world.graph.url).hostname]),
    authProvider: { getAccessToken: async () => appToken },
  });
});
afterEach(() => world.graph.behaviour.reset());
afterAll(() => world.stop());

const iterate = async (page: Parsed) => {
  const items: Parsed[] = [];
  const iterator = new PageIterator(client, page, (item) => {
    items.push(item);
    return true;
  });
  await iterator.iterate();
  return { items, deltaLink: iterator.getDeltaLink() ?? '' };
};

describe('the official Graph client', () => {
  it('lives through the life of a group: create, add, rename, remove, delete, restore', async () => {
    const group = await client.api('/groups').post(newGroup('By the client'));
    const [user] = world.contoso.synced;
    await client
      .api(`/groups/${group.id}/members/$ref`)
      .post({ '@odata.id': `${world.graph.url}/v1.0/directoryObjects/${user?.id}` });
    await client.api(`/groups/${group.id}`).patch({ displayName: 'Renamed' });
    expect((await client.api(`/groups/${group.id}`).select('displayName').get()).displayName).toBe('Renamed');
    expect((await client.api(`/groups/${group.id}/members`).get()).value[0].id).toBe(user?.id);
    await client.api(`/groups/${group.id}/members/${user?.id}/$ref`).delete();
    await client.api(`/groups/${group.id}`).delete();
    await expect(client.api(`/groups/${group.id}`).get()).rejects.toMatchObject({
      statusCode: 404,
      code: 'Request_ResourceNotFound',
    });
    await client.api(`/directory/deletedItems/${group.id}/restore`).post({});
    expect((await client.api(`/groups/${group.id}`).get()).id).toBe(group.id);
  });

  it('pages with its iterator and keeps the delta link', async () => {
    const users = await iterate(await client.api('/users').top(7).select('id').get());
    expect(users.items).toHaveLength(world.tenant.store.live('user').length);
    world.graph.behaviour.change({ feed: { objectsPerPage: 4 } });
    const first = await iterate(await client.api('/groups/delta').get());
    expect(first.items.length).toBeGreaterThan(10);
    const group = world.tenant.create('group', newGroup('After the first round'));
    const second = await iterate(await client.api(first.deltaLink).get());
    expect(second.items.map(({ id }) => id)).toEqual([group.id]);
  });

  it('retries what Graph throttles or cannot answer, and passes on a forgotten token with its Location', async () => {
    world.graph.behaviour.change({
      faults: [
        { path: '/groups', next: 1, effect: { kind: 'throttle', seconds: 0.01, retryAfter: 'fractional' } },
        {
          path: '/groups',
          next: 1,
          effect: { kind: 'status', status: 503, headers: { 'retry-after': '0' } },
        },
      ],
    });
    world.graph.statistics.reset();
    expect((await client.api('/groups').top(1).get()).value).toHaveLength(1);
    expect(world.graph.statistics.report().routes['GET /groups']?.statuses).toEqual({
      200: 1,
      429: 1,
      503: 1,
    });

    const { deltaLink } = await iterate(await client.api('/groups/delta').get());
    world.graph.behaviour.change({ faults: [], feed: { resync: { next: 1 } } });
    const error = await client
      .api(deltaLink)
      .get()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ statusCode: 410, code: 'syncStateNotFound' });
    const headers = error instanceof GraphError ? error.headers : undefined;
    expect(headers?.get('location')).toBe(`${world.graph.url}/v1.0/groups/delta?$deltatoken=`);
  });

  it('sends batches', async () => {
    const { vpn } = world.contoso.groups;
    const part = (id: string, path: string) => ({
      id,
      request: new Request(`https://graph.microsoft.com${path}`),
    });
    const content = new BatchRequestContent([
      part('1', `/groups/${vpn.id}`),
      part('2', '/groups/00000000-0000-4000-8000-000000000000'),
    ]);
    const responses = new BatchResponseContent(await client.api('/$batch').post(await content.getContent()));
    expect(responses.getResponseById('1').status).toBe(200);
    expect(responses.getResponseById('2').status).toBe(404);
    expect(await responses.getResponseById('1').json()).toMatchObject({ displayName: 'VPN Access' });
  });

  it('reads and writes beta', async () => {
    const { financeUsers } = world.contoso.groups;
    const configuration = { isEnabled: true, onPremisesGroupType: 'universalSecurityGroup' };
    await client
      .api(`/groups/${financeUsers.id}`)
      .version('beta')
      .patch({ writebackConfiguration: configuration });
    const read = await client
      .api(`/groups/${financeUsers.id}`)
      .version('beta')
      .select('id,writebackConfiguration')
      .get();
    expect(read.writebackConfiguration).toEqual(configuration);
  });
});
