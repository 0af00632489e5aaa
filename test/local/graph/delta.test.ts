import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newGroup, startWorld, type TestWorld } from './support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld({ users: 30 });
});
afterEach(() => world.graph.behaviour.reset());
afterAll(() => world.stop());

const latest = async (path = '/v1.0/groups/delta'): Promise<string> =>
  (await world.get(`${path}${path.includes('?') ? '&' : '?'}$deltatoken=latest`)).body['@odata.deltaLink'];

const seedGroup = (name: string, members: readonly string[] = []) =>
  world.tenant.create('group', newGroup(name), { members });
const userIds = () => world.contoso.synced.map(({ id }) => id);

describe('delta queries', () => {
  it('answer everything first, then only what changed', async () => {
    const first = await world.all('/v1.0/groups/delta');
    expect(new Set(first.values.map(({ id }) => id)).size).toBe(world.tenant.store.live('group').length);
    expect(first.last['@odata.deltaLink']).toContain('/v1.0/groups/delta?$deltatoken=');
    const second = await world.all(first.last['@odata.deltaLink']);
    expect(second.values).toEqual([]);

    const group = seedGroup('New in feed', userIds().slice(0, 2));
    const third = await world.all(second.last['@odata.deltaLink']);
    expect(third.values).toHaveLength(1);
    expect(third.values[0]).toMatchObject({ id: group.id, displayName: 'New in feed' });
    expect(third.values[0]['members@delta']).toHaveLength(2);
  });

  it('start from now with $deltatoken=latest', async () => {
    const answer = await world.get('/v1.0/users/delta?$deltatoken=latest');
    expect(answer.body.value).toEqual([]);
    expect(answer.body).not.toHaveProperty('@odata.nextLink');
    expect(answer.body['@odata.deltaLink']).toContain('$deltatoken=');
  });

  it('write removed members with a reason in an object', async () => {
    const [one = '', other = ''] = userIds();
    const group = seedGroup('Swap', [one]);
    const link = await latest();
    world.tenant.unlink('members', group.id, [one]);
    world.tenant.link('members', group.id, [other]);
    const { values } = await world.all(link);
    expect(values).toEqual([
      expect.objectContaining({
        id: group.id,
        'members@delta': [
          { '@odata.type': '#microsoft.graph.user', id: one, '@removed': { reason: 'deleted' } },
          { '@odata.type': '#microsoft.graph.user', id: other },
        ],
      }),
    ]);
  });

  it('show soft and permanent deletion by reason, and a restored group as new with all its members', async () => {
    const members = userIds().slice(0, 3);
    const group = seedGroup('Comes back', members);
    let link = await latest();
    const round = async () => {
      const { values, last } = await world.all(link);
      link = last['@odata.deltaLink'];
      return values;
    };
    world.tenant.softDelete(group.id);
    expect(await round()).toEqual([{ id: group.id, '@removed': { reason: 'changed' } }]);
    world.tenant.restore(group.id);
    const [restored] = await round();
    expect(restored.displayName).toBe('Comes back');
    expect(restored['members@delta'].map(({ id }: { id: string }) => id).sort()).toEqual([...members].sort());
    world.tenant.softDelete(group.id);
    world.tenant.purge(group.id);
    expect(await round()).toEqual([
      { id: group.id, '@removed': { reason: 'changed' } },
      { id: group.id, '@removed': { reason: 'deleted' } },
    ]);
  });

  it('follow only what is selected', async () => {
    const [member = ''] = userIds();
    const group = seedGroup('Selective');
    const [names, members] = [
      await latest('/v1.0/groups/delta?$select=displayName'),
      await latest('/v1.0/groups/delta?$select=members'),
    ];
    world.tenant.update(group.id, { description: 'not selected' });
    expect((await world.all(names)).values).toEqual([]);
    world.tenant.link('members', group.id, [member]);
    expect((await world.all(names)).values).toEqual([]);
    expect((await world.all(members)).values).toEqual([
      { id: group.id, 'members@delta': [{ '@odata.type': '#microsoft.graph.user', id: member }] },
    ]);
    world.tenant.update(group.id, { displayName: 'Selected' });
    const { values, last } = await world.all(names);
    expect(values).toEqual([{ displayName: 'Selected', id: group.id }]);
    expect(last['@odata.context']).toMatch(/#groups\(displayName\)$/);
  });

  it('leave out what did not change when the caller prefers little, and write null for what was cleared', async () => {
    const group = seedGroup('Minimal');
    world.tenant.update(group.id, { description: 'old' });
    const link = await latest();
    world.tenant.update(group.id, { description: null });
    const minimal = await world.all(link, { Prefer: 'return=minimal' });
    expect(minimal.values).toEqual([{ id: group.id, description: null }]);
    const [full] = (await world.all(link)).values;
    expect(full).toMatchObject({
      id: group.id,
      description: null,
      displayName: 'Minimal',
      securityEnabled: true,
    });
  });

  it('split a big group over pages, in the first round and later', async () => {
    world.graph.behaviour.change({ feed: { membersPerPage: 4, objectsPerPage: 3 } });
    const members = userIds().slice(0, 14);
    const group = seedGroup('Big', members);
    for (const start of ['/v1.0/groups/delta', `/v1.0/groups/delta?$filter=id eq '${group.id}'`]) {
      const { values, pages } = await world.all(start);
      const parts = values.filter(({ id }) => id === group.id);
      expect(parts.length).toBeGreaterThanOrEqual(4);
      expect(pages.every(({ value }) => value.length <= 3)).toBe(true);
      const seen = parts.flatMap((part) => part['members@delta'].map(({ id }: { id: string }) => id));
      expect(seen.sort()).toEqual([...members].sort());
    }
    const link = await latest();
    world.tenant.softDelete(group.id);
    world.tenant.restore(group.id);
    const parts = (await world.all(link)).values.filter((item) => item['members@delta']);
    expect(parts).toHaveLength(4);
  });

  it('carry devices and users', async () => {
    const devices = await world.all('/v1.0/devices/delta');
    expect(devices.values).toHaveLength(world.tenant.store.live('device').length);
    expect(devices.values[0]).toHaveProperty('alternativeSecurityIds');
    const [user] = world.contoso.cloud;
    const link = await latest('/v1.0/users/delta?$select=accountEnabled,displayName');
    world.tenant.update(user?.id ?? '', { accountEnabled: false });
    expect((await world.all(link)).values).toEqual([
      { accountEnabled: false, displayName: user?.properties.displayName, id: user?.id },
    ]);
  });

  it('show a deleted user as a member removed from its groups', async () => {
    const user = world.tenant.create('user', {
      displayName: 'Leaver',
      userPrincipalName: 'leaver@contoso.com',
    });
    const group = seedGroup('Left', [user.id]);
    const link = await latest();
    world.tenant.softDelete(user.id);
    const { values, last } = await world.all(link);
    expect(values[0]['members@delta']).toEqual([
      { '@odata.type': '#microsoft.graph.user', id: user.id, '@removed': { reason: 'deleted' } },
    ]);
    world.tenant.restore(user.id);
    const [back] = (await world.all(last['@odata.deltaLink'])).values;
    expect(back).toMatchObject({ id: group.id, 'members@delta': [{ id: user.id }] });
  });

  it('refuse what delta queries of the directory do not support', async () => {
    for (const query of [
      '$top=5',
      '$expand=members',
      '$orderby=displayName',
      "$filter=displayName eq 'x'",
      '$deltatoken=broken',
    ]) {
      expect([query, (await world.get(`/v1.0/groups/delta?${query}`)).status]).toEqual([query, 400]);
    }
    const many = Array.from({ length: 51 }, () => `id eq '00000000-0000-4000-8000-000000000000'`).join(
      ' or ',
    );
    expect((await world.get(`/v1.0/groups/delta?$filter=${many}`)).status).toBe(400);
    const link = await latest('/v1.0/users/delta');
    expect((await world.get(link.replace('/users/', '/groups/'))).status).toBe(400);
  });

  it('forget a token on request: 410 with a Location that starts over, then a full round', async () => {
    const link = await latest('/v1.0/groups/delta?$select=displayName');
    world.graph.behaviour.change({ feed: { resync: { next: 1 } } });
    const answer = await world.get(link);
    expect([answer.status, answer.body.error.code]).toEqual([410, 'syncStateNotFound']);
    const location = answer.headers.get('location') ?? '';
    expect(location).toBe(`${world.graph.url}/v1.0/groups/delta?$select=displayName&$deltatoken=`);
    const { values } = await world.all(location);
    expect(values.length).toBe(world.tenant.store.live('group').length);
    expect((await world.get(link)).status).toBe(200);
  });

  it('refuse tokens that are older than seven days', async () => {
    const link = await latest();
    world.clock.now += 8 * 24 * 60 * 60 * 1000;
    const answer = await world.get(link);
    expect([answer.status, answer.body.error.code]).toEqual([400, 'syncStateNotFound']);
  });

  it('lag behind the directory when told to, and never lose the change', async () => {
    world.graph.behaviour.change({ feed: { lagMs: 5000 } });
    world.clock.now += 10_000;
    const link = await latest();
    const group = seedGroup('Late');
    const early = await world.all(link);
    expect(early.values).toEqual([]);
    world.clock.now += 6000;
    const late = await world.all(early.last['@odata.deltaLink']);
    expect(late.values.map(({ id }) => id)).toEqual([group.id]);
  });

  it('have empty pages in between, tombstones in the first round, and replays', async () => {
    const gone = seedGroup('Tombstone');
    world.tenant.softDelete(gone.id);
    world.graph.behaviour.change({ feed: { emptyPage: { next: 2 }, tombstonesFirst: true } });
    const { pages, values, last } = await world.all('/v1.0/groups/delta');
    expect(pages.slice(0, 2).map(({ value }) => value)).toEqual([[], []]);
    expect(values).toContainEqual({ id: gone.id, '@removed': { reason: 'changed' } });

    const group = seedGroup('Replayed');
    const round = await world.all(last['@odata.deltaLink']);
    world.graph.behaviour.change({ feed: { replay: { next: 1 } } });
    const again = await world.all(round.last['@odata.deltaLink']);
    expect(again.values.map(({ id }) => id)).toContain(group.id);
    expect((await world.all(again.last['@odata.deltaLink'])).values).toEqual([]);
  });
});
