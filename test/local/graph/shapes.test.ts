import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from './support/receiver.ts';
import { shapeOf } from './support/shape.ts';
import { newGroup, startWorld, type TestWorld, tenantId } from './support/world.ts';

/** Models of Graph's answers with values of our own: names, nesting and types must be the same. */
let world: TestWorld;
let receiver: Receiver;
beforeAll(async () => {
  world = await startWorld({ users: 10 });
  receiver = await startReceiver();
});
afterEach(async () => {
  await world.graph.settled();
  receiver.received.length = 0;
});
afterAll(async () => {
  await world.stop();
  await receiver.stop();
});

const guid = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';

describe('shapes', () => {
  it('of a subscription', async () => {
    const { body } = await world.post('/v1.0/subscriptions', {
      changeType: 'updated,deleted',
      notificationUrl: `${receiver.url}/n`,
      lifecycleNotificationUrl: `${receiver.url}/l`,
      resource: '/groups',
      expirationDateTime: new Date(world.clock.now + 86_400_000).toISOString(),
      clientState: 'state',
    });
    expect(shapeOf(body)).toEqual(
      shapeOf({
        '@odata.context': 'https://host/v1.0/$metadata#subscriptions/$entity',
        id: guid,
        resource: '/groups',
        applicationId: guid,
        changeType: 'updated,deleted',
        clientState: 'state',
        notificationUrl: 'https://host/n',
        notificationQueryOptions: null,
        lifecycleNotificationUrl: 'https://host/l',
        expirationDateTime: '2026-01-01T00:00:00.000Z',
        creatorId: guid,
        includeResourceData: null,
        latestSupportedTlsVersion: 'v1_2',
        encryptionCertificate: null,
        encryptionCertificateId: null,
        notificationUrlAppId: null,
        notificationContentType: 'application/json',
      }),
    );
  });

  const common = {
    clientState: 'state',
    subscriptionExpirationDateTime: '2026-01-01T00:00:00.000+00:00',
    subscriptionId: guid,
    tenantId,
  };
  const resourceData = {
    '@odata.type': '#Microsoft.Graph.Group',
    '@odata.id': `Groups/${guid}`,
    id: guid,
    organizationId: tenantId,
    eventTime: '2026-01-01T00:00:00.0000000Z',
    sequenceNumber: 1,
  };

  it('of notifications: updated, with members, deleted, and of users', async () => {
    await world.post('/v1.0/subscriptions', {
      changeType: 'updated',
      notificationUrl: `${receiver.url}/u`,
      resource: '/users',
      expirationDateTime: new Date(world.clock.now + 86_400_000).toISOString(),
    });
    const { vpn } = world.contoso.groups;
    const [user] = world.contoso.cloud;
    world.tenant.update(vpn.id, { description: 'x' });
    world.tenant.link('members', vpn.id, [world.contoso.guests[0]?.id ?? '']);
    world.tenant.softDelete(vpn.id);
    world.tenant.purge(vpn.id);
    world.tenant.update(user?.id ?? '', { jobTitle: 'x' });
    await world.graph.settled();
    const of = (path: string) =>
      receiver.received.filter((each) => each.path === path).flatMap(({ items }) => items);
    const groups = of('/n').filter(({ resource }) => resource === `Groups/${vpn.id}`);
    const [updated, members, softDeleted, deleted] = groups;
    expect(shapeOf(updated)).toEqual(
      shapeOf({ ...common, changeType: 'updated', resource: 'Groups/x', resourceData }),
    );
    expect(shapeOf(softDeleted)).toEqual(shapeOf(updated));
    expect(deleted.changeType).toBe('deleted');
    expect(shapeOf(deleted)).toEqual(shapeOf(updated));
    expect(shapeOf(members)).toEqual(
      shapeOf({
        ...common,
        changeType: 'updated',
        resource: 'Groups/x',
        resourceData: { ...resourceData, 'members@delta': [{ id: guid }] },
      }),
    );
    expect(updated.resourceData['@odata.type']).toBe('#Microsoft.Graph.Group');
    expect(updated.resourceData.eventTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/);
    expect(updated.subscriptionExpirationDateTime).toMatch(/\+00:00$/);

    const { eventTime: _, ...userData } = resourceData;
    const [changedUser] = of('/u');
    expect(shapeOf(changedUser)).toEqual(
      shapeOf({
        ...common,
        clientState: null,
        changeType: 'updated',
        resource: 'Users/x',
        resourceData: userData,
      }),
    );
    expect(changedUser.resource).toBe(`Users/${user?.id}`);
    expect(changedUser.resourceData['@odata.type']).toBe('#Microsoft.Graph.User');
  });

  it('of a lifecycle notification', async () => {
    world.graph.deliverLifecycle('reauthorizationRequired');
    await world.graph.settled();
    expect(receiver.items().map(shapeOf)).toEqual([
      shapeOf({ ...common, lifecycleEvent: 'reauthorizationRequired' }),
    ]);
  });

  it('of a delta page, with its context, links and removed members', async () => {
    const [one = '', other = ''] = world.contoso.synced.map(({ id }) => id);
    const group = world.tenant.create('group', newGroup('Shape', { description: 'text' }), {
      members: [one],
    });
    const start = await world.get(
      '/v1.0/groups/delta?$select=displayName,description,members&$deltatoken=latest',
    );
    world.tenant.update(group.id, { displayName: 'Shape 2' });
    world.tenant.unlink('members', group.id, [one]);
    world.tenant.link('members', group.id, [other]);
    const { body } = await world.get(start.body['@odata.deltaLink']);
    expect(shapeOf(body)).toEqual(
      shapeOf({
        '@odata.context': 'https://host/v1.0/$metadata#groups(displayName,description,members)',
        '@odata.deltaLink': 'https://host/v1.0/groups/delta?$deltatoken=x',
        value: [
          {
            displayName: 'Shape 2',
            description: 'text',
            id: guid,
            'members@delta': [
              { '@odata.type': '#microsoft.graph.user', id: guid, '@removed': { reason: 'deleted' } },
              { '@odata.type': '#microsoft.graph.user', id: guid },
            ],
          },
        ],
      }),
    );
  });

  it('of errors, of throttling and of a forgotten token', async () => {
    const envelope = {
      error: {
        code: 'x',
        message: 'x',
        innerError: { date: '2026-01-01T00:00:00', 'request-id': guid, 'client-request-id': guid },
      },
    };
    const missing = await world.get(`/v1.0/users/${guid}`);
    const throttled = await world.get('/v1.0/users', { headers: { 'x-local-fault': '{"kind":"throttle"}' } });
    expect([missing, throttled].map(({ body }) => shapeOf(body))).toEqual([
      shapeOf(envelope),
      shapeOf(envelope),
    ]);
    expect(missing.body.error.innerError.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  });

  it('of a device with its type-2 security id', async () => {
    const [device] = world.contoso.devices;
    const { body } = await world.get(`/v1.0/devices/${device?.id}`);
    expect(Object.keys(body)).toEqual(
      expect.arrayContaining([
        'deviceId',
        'trustType',
        'profileType',
        'physicalIds',
        'onPremisesSyncEnabled',
      ]),
    );
    const [{ type, identityProvider, key }] = body.alternativeSecurityIds;
    expect([type, identityProvider]).toEqual([2, null]);
    expect(Buffer.from(key, 'base64').toString('utf16le')).toMatch(
      /^X509:<SHA1-TP-PUBKEY>[0-9A-F]{40}[A-Za-z0-9+/]{43}=$/,
    );
  });
});
