import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraId, type MemberRecord, type ReadOutcome } from '../../../shared/domain/index.ts';
import { graphUnits } from '../../../shared/graph/index.ts';
import { startServer } from './support/server.ts';
import { clientOf, collect, group, idOf, startWorld, syncedUser, user, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const nowhere = EntraId.parse('00000000-0000-4000-8000-000000000000');
const recordsOf = (read: ReadOutcome<ReadonlyMap<EntraId, MemberRecord>>) => {
  if (read.outcome !== 'complete') throw new Error(read.why.message);
  return new Map([...read.value].map(([id, record]) => [String(id), record]));
};

describe('single members by id', () => {
  it('are found whatever they are, in batches, without a permission for everything', async () => {
    const { tenant } = world;
    const synced = tenant.create('user', syncedUser('Anne', 1101));
    const nested = tenant.create('group', group('Nested'));
    const device = tenant.create('device', {
      displayName: 'PC',
      deviceId: crypto.randomUUID(),
      accountEnabled: true,
    });
    const { graph, seen } = world.client();
    const records = recordsOf(
      await graph.readMemberRecords([idOf(synced), idOf(nested), idOf(device), nowhere]),
    );
    expect(records.get(synced.id)).toMatchObject({
      type: 'user',
      onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-1101',
    });
    expect(records.get(nested.id)).toMatchObject({ type: 'group', securityEnabled: true });
    expect(records.get(device.id)).toMatchObject({ type: 'device', deviceId: device.properties.deviceId });
    expect(records.size).toBe(3);
    expect(seen.filter((one) => one.route === '/v1.0/directoryObjects/{id}')).toEqual([]);
  });

  it('cost one unit each where the feed has said what they are', async () => {
    const { tenant } = world;
    const { graph } = world.client();
    const [start] = await collect(graph.drainFeed('groups', 'latest'));
    if (start?.outcome !== 'page') throw new Error('The feed did not start.');
    const device = tenant.create('device', {
      displayName: 'PC',
      deviceId: crypto.randomUUID(),
      accountEnabled: true,
    });
    const service = tenant.create('servicePrincipal', { displayName: 'App', appId: crypto.randomUUID() });
    tenant.create('group', group('Told'), { members: [device.id, service.id] });
    await collect(graph.drainFeed('groups', { link: start.link }));
    world.spent();
    const records = recordsOf(await graph.readMemberRecords([idOf(device), idOf(service)]));
    expect(records.get(device.id)).toMatchObject({ type: 'device' });
    expect(records.get(service.id)).toMatchObject({ type: 'servicePrincipal' });
    const { routes } = world.spent();
    expect(Object.keys(routes)).toEqual(['GET /devices/{id}', 'POST /$batch']);
    expect(routes['GET /devices/{id}']).toMatchObject({ requests: 1, units: graphUnits.memberRecord });
  });

  it('are found in the recycle bin when they were removed because they were deleted', async () => {
    const { tenant } = world;
    const gone = tenant.create('user', syncedUser('Gone', 1102));
    tenant.softDelete(gone.id);
    const records = recordsOf(await world.client().graph.readMemberRecords([idOf(gone)]));
    expect(records.get(gone.id)).toMatchObject({
      type: 'user',
      onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-1102',
    });
  });

  it('are as good as unknown where the recycle bin does not tell what they were', async () => {
    const server = await startServer();
    const missing = (id: string) => ({
      id,
      status: 404,
      body: { error: { code: 'Request_ResourceNotFound' } },
    });
    const nameless = { id: nowhere, onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-1103' };
    for (const _place of ['users', 'groups', 'devices'])
      server.script.push({ body: { responses: [missing('0')] } });
    server.script.push({ body: { responses: [{ id: '0', status: 200, body: nameless }] } });
    const records = recordsOf(await clientOf(server.url).graph.readMemberRecords([nowhere]));
    await server.stop();
    expect(records.size).toBe(0);
  });

  it('are as good as unknown where the app may not look into the recycle bin', async () => {
    world.double.behaviour.change({
      faults: [{ path: 'deletedItems', effect: { kind: 'status', status: 403 } }],
    });
    const records = recordsOf(await world.client().graph.readMemberRecords([nowhere]));
    world.double.behaviour.change({ faults: [] });
    expect(records.size).toBe(0);
  });

  it('are read more than 20 at a time, each once', async () => {
    const people = Array.from({ length: 130 }, (_, index) =>
      world.tenant.seed.user(syncedUser(`B ${index}`, 6000 + index)),
    );
    const ids = people.map(idOf);
    const { graph } = world.client();
    world.spent();
    expect(recordsOf(await graph.readMemberRecords([...ids, ...ids])).size).toBe(130);
    expect(world.spent().routes['POST /$batch']?.requests).toBe(7);
  });

  it('are not read again within ten seconds, if they have a SID and no feed has shown them', async () => {
    const { tenant } = world;
    let ms = Date.now();
    const { graph } = world.client({ now: () => new Date(ms) });
    const synced = tenant.create('user', syncedUser('Twice', 1103));
    const cloud = tenant.create('user', user('Cloud'));
    const read = async () => {
      world.spent();
      await graph.readMemberRecords([idOf(synced), idOf(cloud)]);
      return world.spent().routes['GET /users/{id}']?.requests;
    };
    expect(await read()).toBe(2);
    expect(await read()).toBe(1);
    ms += 10_001;
    expect(await read()).toBe(2);
    expect(await read()).toBe(1);
    const [latest] = await collect(graph.drainFeed('users', 'latest'));
    tenant.update(synced.id, { accountEnabled: false });
    if (latest?.outcome === 'page') await collect(graph.drainFeed('users', { link: latest.link }));
    expect(await read()).toBe(2);
  });

  it('are all or nothing: one that cannot be read fails the whole', async () => {
    const made = world.tenant.create('user', user('Denied'));
    world.double.behaviour.change({ faults: [{ path: '/users/', effect: { kind: 'status', status: 403 } }] });
    const read = await world.client().graph.readMemberRecords([idOf(made)]);
    world.double.behaviour.change({ faults: [] });
    expect(read).toMatchObject({ outcome: 'failed', why: { status: 403 } });
    expect(read.outcome === 'failed' && read.why.message).toContain('permission User.Read.All');
  });
});

describe('a part of a batch that Graph throttles', () => {
  it('is asked for again, alone, when Graph allows', async () => {
    const people = [1, 2, 3].map((index) =>
      world.tenant.create('user', syncedUser(`T ${index}`, 7000 + index)),
    );
    world.double.behaviour.change({
      faults: [
        {
          path: `/users/${people[1]?.id}`,
          next: 2,
          effect: { kind: 'throttle', retryAfter: 'fractional', seconds: 2 },
        },
      ],
    });
    const { graph, slept } = world.client();
    world.spent();
    expect(recordsOf(await graph.readMemberRecords(people.map(idOf))).size).toBe(3);
    expect(slept).toEqual([2128, 2128]);
    expect(world.spent().routes['GET /users/{id}']).toMatchObject({ requests: 5 });
  });

  it('is given back with its wait where that is long', async () => {
    const made = world.tenant.create('user', user('Long'));
    world.double.behaviour.change({
      faults: [{ path: '/users/', effect: { kind: 'throttle', seconds: 90 } }],
    });
    const { graph, slept } = world.client();
    const read = await graph.readMemberRecords([idOf(made)]);
    world.double.behaviour.change({ faults: [] });
    expect(read).toMatchObject({
      outcome: 'failed',
      why: { status: 429, retryAfterMs: 90_000, retry: 'later' },
    });
    expect(slept).toEqual([]);
  });

  it('that writes its headers as numbers is understood', async () => {
    const server = await startServer();
    const throttled = { id: '0', status: 429, headers: { 'Retry-After': 3 }, body: null };
    const found = { id: 0, status: 200, body: { id: nowhere, userPrincipalName: 'a@contoso.com' } };
    server.script.push({ body: { responses: [throttled] } }, { body: { responses: [found] } });
    const { graph, slept } = clientOf(server.url);
    expect(recordsOf(await graph.readMemberRecords([nowhere])).size).toBe(1);
    await server.stop();
    expect(slept).toEqual([3000]);
  });
});

describe('what a batch does not answer', () => {
  const anne = { id: nowhere, userPrincipalName: 'anne@contoso.com' };

  it('is asked for alone', async () => {
    const server = await startServer();
    server.script.push({ body: { responses: [] } }, { body: anne });
    expect(recordsOf(await clientOf(server.url).graph.readMemberRecords([nowhere])).size).toBe(1);
    expect(server.asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'POST /v1.0/$batch',
      `GET /v1.0/users/${nowhere}`,
    ]);
    await server.stop();
  });

  it.each([400, 404, 405, 501])('as no batch is taken (%i) is asked for alone', async (status) => {
    const server = await startServer();
    server.script.push({ status, body: { error: { code: 'Refused' } } }, { body: anne });
    expect(recordsOf(await clientOf(server.url).graph.readMemberRecords([nowhere])).size).toBe(1);
    await server.stop();
  });

  it('fails as it fails alone', async () => {
    const server = await startServer();
    const refused = { status: 403, body: { error: { code: 'Authorization_RequestDenied' } } };
    server.script.push({ body: { responses: [] } }, refused);
    const read = await clientOf(server.url).graph.readMemberRecords([nowhere]);
    await server.stop();
    expect(read).toMatchObject({
      outcome: 'failed',
      why: { status: 403, message: expect.stringContaining('User.Read.All') },
    });
  });
});
