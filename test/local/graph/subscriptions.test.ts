import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { adminToken, newGroup, startWorld, type TestWorld } from './support/world.ts';

let world: TestWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await startWorld({ users: 10 });
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  for (const { id } of (await world.get('/v1.0/subscriptions')).body.value)
    await world.remove(`/v1.0/subscriptions/${id}`);
  await world.graph.settled();
  world.graph.behaviour.reset();
  await receiver.stop();
});
afterAll(() => world.stop());

const minutes = (count: number) => new Date(world.clock.now + count * 60_000).toISOString();
const wanted = (more: Record<string, string> = {}) => ({
  changeType: 'updated,deleted',
  notificationUrl: `${receiver.url}/api/notifications?code=secret`,
  lifecycleNotificationUrl: `${receiver.url}/api/lifecycle`,
  resource: '/groups',
  expirationDateTime: minutes(1000),
  clientState: 'shared secret',
  ...more,
});
const subscribe = (more: Record<string, string> = {}) => world.post('/v1.0/subscriptions', wanted(more));

describe('subscribing', () => {
  it('shakes hands with both endpoints first, and keeps the query of the URL', async () => {
    receiver.state.echo = (token) => token;
    const answer = await subscribe();
    expect(answer.status).toBe(201);
    expect(receiver.handshakes.map((url) => url.replace(/validationToken=.*/, ''))).toEqual([
      '/api/notifications?code=secret&',
      '/api/lifecycle?',
    ]);
    expect(answer.body).toMatchObject({
      resource: '/groups',
      changeType: 'updated,deleted',
      clientState: 'shared secret',
    });
    expect((await world.get(`/v1.0/subscriptions/${answer.body.id}`)).body.id).toBe(answer.body.id);
  });

  it('refuses endpoints that fail the handshake', async () => {
    receiver.state.handshakeStatus = 202;
    const wrongStatus = await subscribe();
    expect([wrongStatus.status, wrongStatus.body.error.code]).toEqual([400, 'ValidationError']);
    receiver.state.handshakeStatus = 200;
    receiver.state.echo = (token) => encodeURIComponent(token);
    expect((await subscribe()).body.error.message).toContain('exactly match');
    const nobody = await subscribe({ notificationUrl: 'http://127.0.0.1:9/api' });
    expect(nobody.body.error.message).toContain('could not be reached');
    expect((await world.get('/v1.0/subscriptions')).body.value).toEqual([]);
  });

  it('knows groups and users, and nothing else of the directory', async () => {
    const { vpn } = world.contoso.groups;
    for (const resource of [
      '/devices',
      'administrativeUnits',
      `/users/${vpn.id}/memberOf`,
      '/groups/members',
      '/me/messages',
    ]) {
      expect([resource, (await subscribe({ resource })).status]).toEqual([resource, 400]);
    }
    for (const resource of ['users', 'groups', `/groups/${vpn.id}`, `/groups/${vpn.id}/members`]) {
      expect([resource, (await subscribe({ resource })).status]).toEqual([resource, 201]);
    }
  });

  it('refuses created alone, unknown change types, and lives beyond 41760 minutes', async () => {
    const created = await subscribe({ changeType: 'created' });
    expect(created.body.error).toMatchObject({
      code: 'InvalidRequest',
      message: "Invalid 'changeType' attribute: 'created'.",
    });
    expect((await subscribe({ changeType: 'updated,renamed' })).status).toBe(400);
    expect((await subscribe({ expirationDateTime: minutes(41_761) })).body.error.message).toContain(
      '41760 minutes',
    );
    expect((await subscribe({ expirationDateTime: minutes(-1) })).status).toBe(400);
    expect((await subscribe({ expirationDateTime: 'tomorrow' })).status).toBe(400);
    expect((await subscribe({ clientState: 'x'.repeat(129) })).status).toBe(400);
  });

  it('raises lives below 45 minutes to 45', async () => {
    const { body } = await subscribe({ expirationDateTime: minutes(5) });
    expect(Date.parse(body.expirationDateTime)).toBe(world.clock.now + 45 * 60_000);
  });

  it('refuses a duplicate with 409 and a subscription too many with 403', async () => {
    await subscribe();
    expect((await subscribe()).status).toBe(409);
    world.graph.behaviour.change({ subscriptions: { quota: 1 } });
    const tooMany = await subscribe({ resource: '/users' });
    expect([tooMany.status, tooMany.body.error.message]).toEqual([
      403,
      expect.stringContaining('limit of 1 '),
    ]);
  });

  it('renews the expiry and nothing else, deletes, and forgets what has expired', async () => {
    const { body } = await subscribe();
    const path = `/v1.0/subscriptions/${body.id}`;
    const renewed = await world.patch(path, { expirationDateTime: minutes(2000) });
    expect([renewed.status, renewed.body.expirationDateTime]).toEqual([200, minutes(2000)]);
    expect((await world.patch(path, { lifecycleNotificationUrl: receiver.url })).status).toBe(400);
    expect((await world.post(`${path}/reauthorize`, {})).status).toBe(200);
    expect((await world.remove(path)).status).toBe(204);
    expect((await world.get(path)).status).toBe(404);

    const other = (await subscribe()).body.id;
    world.clock.now += 1001 * 60_000;
    expect((await world.get(`/v1.0/subscriptions/${other}`)).status).toBe(404);
  });
});

describe('notifications', () => {
  it('say updated for creation and soft deletion, and deleted only for permanent deletion', async () => {
    world.graph.behaviour.change({ notifications: { perCreation: 3 } });
    await subscribe();
    const { body } = await world.post('/v1.0/groups', newGroup('Notified'));
    await receiver.until(() => receiver.items().length === 3);
    await world.remove(`/v1.0/groups/${body.id}`);
    await receiver.until(() => receiver.items().length === 4);
    await world.remove(`/v1.0/directory/deletedItems/${body.id}`);
    await receiver.until(() => receiver.items().length === 5);
    expect(receiver.items().map(({ changeType }) => changeType)).toEqual([
      'updated',
      'updated',
      'updated',
      'updated',
      'deleted',
    ]);
    expect(receiver.items().every(({ resource }) => resource === `Groups/${body.id}`)).toBe(true);
  });

  it('carry membership changes, with @removed as a text', async () => {
    const [user] = world.contoso.synced;
    const id = (await world.post('/v1.0/groups', newGroup('Members'))).body.id;
    await subscribe();
    world.tenant.link('members', id, [user?.id ?? '']);
    world.tenant.unlink('members', id, [user?.id ?? '']);
    await receiver.until(() => receiver.items().length === 2);
    expect(receiver.items().map(({ resourceData }) => resourceData['members@delta'])).toEqual([
      [{ id: user?.id }],
      [{ id: user?.id, '@removed': 'deleted' }],
    ]);
  });

  it('write the sequence number bare, with more digits than a JavaScript number holds', async () => {
    await subscribe({ resource: '/users' });
    for (const { id } of world.contoso.cloud.slice(0, 5)) world.tenant.update(id, { jobTitle: 'Changed' });
    await receiver.until(() => receiver.items().length === 5);
    const numbers = receiver.received.flatMap(({ text }) =>
      [...text.matchAll(/"sequenceNumber":(\d+)[,}]/g)].map(([, digits = '']) => digits),
    );
    expect(numbers).toHaveLength(5);
    expect(numbers.every((digits) => BigInt(digits) > 2n ** 53n)).toBe(true);
    expect(numbers.some((digits) => String(Number(digits)) !== digits)).toBe(true);
    expect(new Set(numbers).size).toBe(5);
  });

  it('come several to a POST in a burst, at most as many as set', async () => {
    world.graph.behaviour.change({ notifications: { itemsPerPost: 4 } });
    await subscribe({ resource: '/users' });
    for (const { id } of world.contoso.synced) world.tenant.update(id, { jobTitle: 'Burst' });
    await receiver.until(() => receiver.items().length === 10);
    expect(receiver.received.map(({ items }) => items.length)).toEqual([4, 4, 2]);
  });

  it('go only to those who watch the object', async () => {
    const { vpn, team } = world.contoso.groups;
    await subscribe({ resource: `/groups/${vpn.id}/members`, notificationUrl: `${receiver.url}/members` });
    await subscribe({
      resource: `/groups/${team.id}`,
      notificationUrl: `${receiver.url}/team`,
      changeType: 'deleted',
    });
    await subscribe({ resource: `/groups/${vpn.id}`, notificationUrl: `${receiver.url}/vpn` });
    world.tenant.update(vpn.id, { description: 'Property' });
    world.tenant.link('members', vpn.id, [world.contoso.guests[0]?.id ?? '']);
    world.tenant.update(team.id, { description: 'Property' });
    await world.graph.settled();
    const byPath = (path: string) =>
      receiver.received.filter((each) => each.path === path).flatMap(({ items }) => items).length;
    expect([byPath('/vpn'), byPath('/members'), byPath('/team')]).toEqual([2, 1, 0]);
  });

  it('are retried until the endpoint takes them, or given up', async () => {
    world.graph.behaviour.change({ notifications: { retryAfterMs: 1 } });
    await subscribe();
    receiver.answers.push(500, 503, 404);
    world.tenant.update(world.contoso.groups.vpn.id, { description: 'Retried' });
    await world.graph.settled();
    expect(receiver.received).toHaveLength(4);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);

    world.graph.behaviour.change({ notifications: { retryForMs: 0 } });
    receiver.answers.push(500);
    world.tenant.update(world.contoso.groups.vpn.id, { description: 'Given up' });
    await world.graph.settled();
    expect(receiver.received).toHaveLength(5);
  });

  it('count as lost when the endpoint does not answer in time, and come again', async () => {
    world.graph.behaviour.change({ notifications: { firstAttemptMs: 50, retryAfterMs: 1 } });
    await subscribe();
    receiver.answers.push('hang');
    world.tenant.update(world.contoso.groups.vpn.id, { description: 'Slow endpoint' });
    await receiver.until(() => receiver.received.length === 2);
    expect(receiver.received[1]?.text).toBe(receiver.received[0]?.text);
  });

  it('are dropped, duplicated and overtaken on request', async () => {
    await subscribe();
    const { vpn, team } = world.contoso.groups;
    const change = async (id: string, description: string, behaviour: Record<string, unknown>) => {
      world.graph.behaviour.change({ notifications: behaviour });
      world.tenant.update(id, { description });
    };
    await change(vpn.id, 'dropped', { drop: { next: 1 } });
    await change(team.id, 'duplicated', { duplicate: { next: 1 } });
    await world.graph.settled();
    expect(receiver.items().map(({ resource }) => resource)).toEqual([
      `Groups/${team.id}`,
      `Groups/${team.id}`,
    ]);
    await change(vpn.id, 'overtaken', { reorder: { next: 1 }, overtakenMs: 20 });
    await change(team.id, 'overtaking', {});
    await world.graph.settled();
    expect(
      receiver
        .items()
        .slice(2)
        .map(({ resource }) => resource),
    ).toEqual([`Groups/${team.id}`, `Groups/${vpn.id}`]);
    expect(world.graph.statistics.report().notifications).toMatchObject({
      dropped: expect.any(Number),
      duplicated: 1,
    });
  });

  it('may keep silent about members that were deleted', async () => {
    await subscribe();
    const user = world.tenant.create('user', { displayName: 'Gone', userPrincipalName: 'gone@contoso.com' });
    const group = world.tenant.create('group', newGroup('Silent'), { members: [user.id] });
    await world.graph.settled();
    const before = receiver.items().length;
    world.graph.behaviour.change({ notifications: { ofDeletedMembers: false } });
    world.tenant.softDelete(user.id);
    await world.graph.settled();
    expect(receiver.items()).toHaveLength(before);
    world.graph.behaviour.change({ notifications: { ofDeletedMembers: true } });
    world.tenant.restore(user.id);
    await world.graph.settled();
    expect(
      receiver
        .items()
        .slice(before)
        .map(({ resource }) => resource),
    ).toEqual([`Groups/${group.id}`]);
  });
});

describe('lifecycle', () => {
  it('sends any lifecycle event on request, in a shape of its own', async () => {
    const { body } = await subscribe();
    for (const event of ['missed', 'reauthorizationRequired', 'subscriptionRemoved']) {
      const answer = await world.post(
        '/local/lifecycle',
        { event, subscriptionId: body.id },
        { token: adminToken },
      );
      expect(answer.body).toEqual({ notified: 1 });
    }
    await world.graph.settled();
    expect(receiver.received.every(({ path }) => path === '/api/lifecycle')).toBe(true);
    expect(
      receiver
        .items()
        .map(({ lifecycleEvent }) => lifecycleEvent)
        .sort(),
    ).toEqual(['missed', 'reauthorizationRequired', 'subscriptionRemoved']);
    expect((await world.get(`/v1.0/subscriptions/${body.id}`)).status).toBe(404);
  });

  it('warns before the authorisation ends, keeps notifications afterwards, and delivers them on reauthorisation', async () => {
    const { body } = await subscribe();
    world.graph.behaviour.change({ clockAheadMs: 50 * 60_000 });
    await world.get('/v1.0/groups?$top=1');
    await receiver.until(() => receiver.items().length === 1);
    expect(receiver.items()[0].lifecycleEvent).toBe('reauthorizationRequired');
    world.graph.behaviour.change({ clockAheadMs: 61 * 60_000 });
    world.tenant.update(world.contoso.groups.vpn.id, { description: 'Kept' });
    await world.graph.settled();
    expect(receiver.items()).toHaveLength(1);
    await world.post(`/v1.0/subscriptions/${body.id}/reauthorize`, {});
    await receiver.until(() => receiver.items().length === 2);
    expect(receiver.items()[1].resource).toBe(`Groups/${world.contoso.groups.vpn.id}`);
  });
});
