import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  adminToken,
  groupReaderToken,
  newGroup,
  readerToken,
  startWorld,
  type TestWorld,
} from './support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ users: 30 });
});
afterEach(() => world.graph.behaviour.reset());
afterAll(() => world.stop());

const create = async (name: string): Promise<string> =>
  (await world.post('/v1.0/groups', newGroup(name))).body.id;

describe('eventual consistency', () => {
  it('answers 404 for an object that was just created, for as long as reads lag', async () => {
    world.graph.behaviour.change({ reads: { ms: 1000 } });
    const id = await create('Just created');
    expect((await world.get(`/v1.0/groups/${id}`)).status).toBe(404);
    expect((await world.get(`/v1.0/groups/${id}/members`)).status).toBe(404);
    expect((await world.all('/v1.0/groups?$select=id')).values).not.toContainEqual({ id });
    world.clock.now += 1000;
    expect((await world.get(`/v1.0/groups/${id}`)).status).toBe(200);
    expect((await world.all('/v1.0/groups?$select=id')).values).toContainEqual({ id });
  });

  it('shows the old values for a number of reads, and a deleted object as living', async () => {
    const id = await create('Before');
    world.graph.behaviour.change({ reads: { reads: 2 } });
    await world.patch(`/v1.0/groups/${id}`, { displayName: 'After' });
    const names = [];
    for (let read = 0; read < 4; read++) names.push((await world.get(`/v1.0/groups/${id}`)).body.displayName);
    expect(names).toEqual(['Before', 'Before', 'After', 'After']);

    await world.remove(`/v1.0/groups/${id}`);
    expect((await world.get(`/v1.0/groups/${id}`)).status).toBe(200);
    expect((await world.get(`/v1.0/directory/deletedItems/${id}`)).status).toBe(404);
    expect((await world.get(`/v1.0/groups/${id}`)).status).toBe(404);
    expect((await world.get(`/v1.0/directory/deletedItems/${id}`)).status).toBe(200);
  });

  it('lets lists of members run behind on their own', async () => {
    const id = await create('Lagging members');
    const [one = '', other = ''] = world.contoso.synced.map((user) => user.id);
    world.tenant.link('members', id, [one]);
    world.graph.behaviour.change({ memberships: { ms: 500 } });
    world.tenant.unlink('members', id, [one]);
    world.tenant.link('members', id, [other]);
    const members = async () =>
      (await world.get(`/v1.0/groups/${id}/members?$select=id`)).body.value.map(
        (each: { id: string }) => each.id,
      );
    expect(await members()).toEqual([one]);
    world.clock.now += 500;
    expect(await members()).toEqual([other]);
  });

  it('goes back and forth between replicas when only some reads lag, the same way for the same seed', async () => {
    const sequence = async () => {
      const own = await startWorld({ users: 5, behaviour: { reads: { ms: 60_000, probability: 0.5 } } });
      const { vpn } = own.contoso.groups;
      own.tenant.update(vpn.id, { description: 'new' });
      const seen = [];
      for (let read = 0; read < 12; read++)
        seen.push((await own.get(`/v1.0/groups/${vpn.id}`)).body.description);
      await own.stop();
      return seen;
    };
    const first = await sequence();
    expect(new Set(first)).toEqual(new Set(['new', 'May use the VPN']));
    expect(await sequence()).toEqual(first);
  });
});

describe('faults', () => {
  const setFaults = (...faults: readonly unknown[]) => world.graph.behaviour.change({ faults });

  it('answers the next requests that match with an error, and then no more', async () => {
    setFaults({ path: '/groups/delta', next: 2, effect: { kind: 'status', status: 503 } });
    const statuses = [];
    for (let read = 0; read < 3; read++)
      statuses.push((await world.get('/v1.0/groups/delta?$deltatoken=latest')).status);
    expect(statuses).toEqual([503, 503, 200]);
    expect((await world.get('/v1.0/groups?$top=1')).status).toBe(200);
  });

  it('throttles with Retry-After whole, fractional, or absent', async () => {
    const retryAfter = async (form: string) => {
      setFaults({ next: 1, effect: { kind: 'throttle', retryAfter: form, seconds: 2 } });
      const answer = await world.get('/v1.0/groups?$top=1');
      expect([answer.status, answer.body.error.code]).toEqual([429, 'TooManyRequests']);
      return answer.headers.get('retry-after');
    };
    expect(await retryAfter('whole')).toBe('2');
    expect(await retryAfter('fractional')).toBe('2.128');
    expect(await retryAfter('absent')).toBeNull();
  });

  it('cuts connections before the answer and in the middle of a page', async () => {
    setFaults({ path: '\\$top=3', next: 1, effect: { kind: 'cut', at: 'start' } });
    await expect(world.get('/v1.0/groups?$top=3')).rejects.toThrow();
    setFaults({ path: '\\$top=3', next: 1, effect: { kind: 'cut', at: 'body' } });
    await expect(world.get('/v1.0/groups?$top=3')).rejects.toThrow();
    expect((await world.get('/v1.0/groups?$top=3')).status).toBe(200);
  });

  it('fails a listing on a later page', async () => {
    setFaults({
      path: 'skiptoken',
      next: 1,
      effect: { kind: 'status', status: 400, code: 'Directory_ExpiredPageToken' },
    });
    await expect(world.all('/v1.0/users?$top=10')).rejects.toThrow('Directory_ExpiredPageToken');
    expect((await world.all('/v1.0/users?$top=10')).values.length).toBeGreaterThan(20);
  });

  it('lets tokens expire, answers late, and takes one fault from the request itself', async () => {
    setFaults({ next: 1, effect: { kind: 'tokenExpired' } });
    expect((await world.get('/v1.0/groups?$top=1')).body.error.code).toBe('InvalidAuthenticationToken');
    const headers = { 'x-local-fault': JSON.stringify({ kind: 'status', status: 504 }) };
    expect((await world.get('/v1.0/groups?$top=1', { headers })).status).toBe(504);
    expect(
      (await world.get('/v1.0/groups?$top=1', { headers: { 'x-local-fault': 'nonsense' } })).status,
    ).toBe(400);
    setFaults({ next: 1, effect: { kind: 'slow', ms: 30 } });
    const order: string[] = [];
    await Promise.all([
      world.get('/v1.0/groups?$top=1').then(() => order.push('slow')),
      world.get('/v1.0/users?$top=1').then(() => order.push('quick')),
    ]);
    expect(order).toContain('slow');
    expect(world.graph.behaviour.settings.faults[0]?.next).toBe(0);
  });

  it('befalls parts of a batch one by one', async () => {
    setFaults({ path: '/users', next: 1, effect: { kind: 'throttle' } });
    const answer = await world.post('/v1.0/$batch', {
      requests: [
        { id: '1', method: 'GET', url: '/groups?$top=1' },
        { id: '2', method: 'GET', url: '/users?$top=1' },
      ],
    });
    expect(answer.status).toBe(200);
    expect(answer.body.responses.map((each: { status: number }) => each.status)).toEqual([200, 429]);
    expect(answer.body.responses[1].headers['Retry-After']).toBe('1');
  });
});

describe('real throttling', () => {
  it('counts resource units in ten seconds, warns from four fifths on, and refuses beyond the limit', async () => {
    const own = await startWorld({ users: 10, behaviour: { throttling: { enforce: true } } });
    const { nested } = own.contoso.groups;
    const path = `/v1.0/groups/${nested.id}/transitiveMembers`;
    const batch = {
      requests: Array.from({ length: 20 }, (_, id) => ({
        id: String(id),
        method: 'GET',
        url: path.slice(5),
      })),
    };
    for (let call = 0; call < 28; call++) await own.post('/v1.0/$batch', batch);
    expect((await own.get(path)).headers.get('x-ms-throttle-limit-percentage')).toBe('0.8');
    for (let call = 0; call < 7; call++) await own.post('/v1.0/$batch', batch);
    const refused = await own.get(path);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('10');
    expect(refused.headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded');
    expect(refused.headers.get('x-ms-throttle-scope')).toContain('Tenant_Application');
    own.clock.now += 10_000;
    expect((await own.get(path)).status).toBe(200);
    await own.stop();
  });
});

describe('control', () => {
  it('changes behaviour over HTTP for the holder of the admin token only, and names what is wrong', async () => {
    expect((await world.patch('/local/behaviour', { reads: { ms: 5 } })).status).toBe(403);
    const changed = await world.patch('/local/behaviour', { reads: { ms: 5 } }, { token: adminToken });
    expect(changed.body.reads).toEqual({ ms: 5, reads: 0, probability: 1 });
    const wrong = await world.patch('/local/behaviour', { reads: { msec: 5 } }, { token: adminToken });
    expect(wrong.status).toBe(400);
    expect(wrong.body.error.message).toContain('msec');
    expect((await world.get('/local/behaviour', { token: adminToken })).body.reads.ms).toBe(5);
    expect((await world.remove('/local/behaviour', { token: adminToken })).status).toBe(204);
    expect(world.graph.behaviour.settings.reads.ms).toBe(0);
  });

  it('counts requests and resource units by route', async () => {
    await world.remove('/local/statistics', { token: adminToken });
    const { vpn } = world.contoso.groups;
    await world.get(`/v1.0/groups/${vpn.id}/members`);
    await world.get(`/v1.0/groups/${vpn.id}/members`);
    await world.get('/v1.0/groups/00000000-0000-4000-8000-000000000000');
    const report = (await world.get('/local/statistics', { token: adminToken })).body;
    expect(report.routes['GET /groups/{id}/members']).toEqual({
      requests: 2,
      units: 6,
      statuses: { 200: 2 },
    });
    expect(report.routes['GET /groups/{id}']).toEqual({ requests: 1, units: 1, statuses: { 404: 1 } });
  });
});

describe('permissions', () => {
  it('refuses what the roles of a token do not allow, and needs the odd ones for the odd calls', async () => {
    const { vpn } = world.contoso.groups;
    const [user] = world.contoso.synced;
    const status = async (method: string, path: string, body?: Record<string, string>) =>
      (await world.call(method, path, { token: readerToken, ...(body ? { body } : {}) })).status;
    expect(await status('GET', `/v1.0/groups/${vpn.id}/members`)).toBe(200);
    expect(await status('GET', `/v1.0/users/${user?.id}`)).toBe(200);
    expect(await status('GET', '/v1.0/devices/delta')).toBe(200);
    expect(await status('PATCH', `/v1.0/groups/${vpn.id}`, { description: 'no' })).toBe(403);
    expect(await status('POST', '/v1.0/directoryObjects/getByIds', {})).toBe(403);
    expect(await status('GET', `/v1.0/groups/${vpn.id}/onPremisesSyncBehavior`)).toBe(403);
    expect(await status('GET', '/v1.0/organization')).toBe(200);
  });

  it('shows members of a kind that the token may not read by type and id only', async () => {
    const { vpn } = world.contoso.groups;
    const path = `/v1.0/groups/${vpn.id}/members?$top=1&$select=id,displayName`;
    const [hidden] = (await world.get(path, { token: groupReaderToken })).body.value;
    const [seen] = (await world.get(path, { token: readerToken })).body.value;
    expect(seen.displayName).toEqual(expect.any(String));
    expect(hidden).toEqual({ ...seen, displayName: null });
  });
});
