import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, newGroup, startWorld, type TestWorld } from './support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

describe('reading', () => {
  it('refuses calls without a token, and with one that has expired, as Graph does', async () => {
    const missing = await world.get('/v1.0/groups', { token: null });
    expect([missing.status, missing.body.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer /);
    expect((await world.get('/v1.0/groups', { token: 'expired' })).status).toBe(401);
  });

  it('puts request ids, resource units and the OData type on every answer', async () => {
    const answer = await world.get('/v1.0/users?$top=50', { headers: { 'client-request-id': 'mine' } });
    expect(answer.headers.get('client-request-id')).toBe('mine');
    expect(answer.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.headers.get('x-ms-resource-unit')).toBe('2');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json;odata.metadata=minimal/);
  });

  it('charges resource units by route, select, expand and page size', async () => {
    const { vpn } = world.contoso.groups;
    const units = async (path: string) => (await world.get(path)).headers.get('x-ms-resource-unit');
    expect(await units(`/v1.0/groups/${vpn.id}/members`)).toBe('3');
    expect(await units(`/v1.0/groups/${vpn.id}/members?$select=id`)).toBe('2');
    expect(await units(`/v1.0/groups/${vpn.id}/members?$select=id&$top=5`)).toBe('1');
    expect(await units(`/v1.0/groups/${vpn.id}/transitiveMembers`)).toBe('5');
    expect(await units(`/v1.0/groups/${vpn.id}?$expand=members`)).toBe('2');
  });

  it('pages through a collection without loss or repetition', async () => {
    const { values, pages } = await world.all('/v1.0/users?$top=7&$select=id,displayName');
    const ids = values.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(world.tenant.store.live('user').length);
    expect(pages[0].value).toHaveLength(7);
    expect(pages[0]['@odata.nextLink']).toContain('$skiptoken=');
    expect(pages[0]['@odata.nextLink']).toContain('$select=id,displayName');
    expect(Object.keys(values[0]).sort()).toEqual(['displayName', 'id']);
  });

  it('keeps its place in a list while members come and go', async () => {
    const group = world.tenant.seed.group(newGroup('Moving'));
    const users = world.contoso.synced.map(({ id }) => id).sort();
    world.tenant.seed.links('members', group.id, users.slice(0, 20));
    const first = await world.get(`/v1.0/groups/${group.id}/members?$top=10`);
    world.tenant.unlink('members', group.id, users.slice(0, 3));
    const second = await world.get(first.body['@odata.nextLink']);
    const seen = [...first.body.value, ...second.body.value].map(({ id }: { id: string }) => id);
    expect(seen).toEqual(users.slice(0, 20));
  });

  it('refuses page sizes above 999 and damaged skip tokens', async () => {
    expect((await world.get('/v1.0/groups?$top=1000')).body.error.code).toBe('Request_UnsupportedQuery');
    expect((await world.get('/v1.0/groups?$top=999')).status).toBe(200);
    expect((await world.get('/v1.0/groups?$skiptoken=nonsense')).status).toBe(400);
  });

  it('answers 404 and 400 in the envelope for unknown and malformed ids', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    const missing = await world.get(`/v1.0/groups/${id}`);
    expect(missing.status).toBe(404);
    expect(missing.body.error).toMatchObject({
      code: 'Request_ResourceNotFound',
      message: `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    });
    expect(missing.body.error.innerError['request-id']).toBe(missing.headers.get('request-id'));
    expect((await world.get('/v1.0/groups/not-an-id')).body.error.message).toBe(
      "Invalid object identifier 'not-an-id'.",
    );
    expect((await world.get('/v1.0/nothing')).status).toBe(400);
    expect((await world.call('PUT', '/v1.0/groups', { body: {} })).status).toBe(405);
    expect((await world.get('/v3/groups')).status).toBe(400);
  });

  it('knows writebackConfiguration in beta only, and there only when selected', async () => {
    const { unifiedSecurity } = world.contoso.groups;
    const select = '$select=id,writebackConfiguration';
    const refused = await world.get(`/v1.0/groups/${unifiedSecurity.id}?${select}`);
    expect([refused.status, refused.body.error.code]).toEqual([400, 'BadRequest']);
    const beta = await world.get(`/beta/groups/${unifiedSecurity.id}?${select}`);
    expect(beta.body.writebackConfiguration).toEqual({
      isEnabled: true,
      onPremisesGroupType: 'universalMailEnabledSecurityGroup',
    });
    expect((await world.get(`/beta/groups/${unifiedSecurity.id}`)).body).not.toHaveProperty(
      'writebackConfiguration',
    );
  });

  it('filters by equality, prefix, list membership and combinations of them', async () => {
    const names = async (filter: string, headers = {}) => {
      const path = `/v1.0/groups?$select=displayName&$count=true&$filter=${encodeURIComponent(filter)}`;
      return (await world.all(path, headers)).values.map(({ displayName }) => displayName).sort();
    };
    const { vpn, team } = world.contoso.groups;
    expect(await names(`id eq '${vpn.id}' or id eq '${team.id}'`)).toEqual([
      'Project Nordlicht',
      'VPN Access',
    ]);
    expect(await names(`startswith(displayName,'vpn')`)).toEqual(['VPN Access']);
    expect(await names(`displayName eq 'finance users'`)).toEqual(['Finance Users']);
    expect(await names(`groupTypes/any(c:c eq 'Unified') and visibility eq 'HiddenMembership'`)).toEqual([
      'Works Council',
    ]);
    expect(await names(`mailNickname in ('board','cafe')`)).toEqual(['Board', 'Café Committee']);
    expect(
      await names(
        `not(securityEnabled eq true) and mailEnabled ne false and not startswith(displayName,'P')`,
        { ConsistencyLevel: 'eventual' },
      ),
    ).toEqual(['All Employees', 'Café Committee', 'Newsletter', 'Works Council']);
    const advanced = await world.get(`/v1.0/groups?$filter=displayName ne 'x'`);
    expect(advanced.body.error.code).toBe('Request_UnsupportedQuery');
    expect((await world.get(`/v1.0/groups?$filter=displayName likes 'x'`)).status).toBe(400);
  });

  it('counts, searches and sorts for callers who accept a lagging index', async () => {
    const headers = { ConsistencyLevel: 'eventual' };
    const counted = await world.get('/v1.0/devices/$count', { headers });
    expect([counted.text, counted.headers.get('content-type')]).toEqual(['20', 'text/plain']);
    expect((await world.get('/v1.0/devices/$count')).status).toBe(400);
    const found = await world.get('/v1.0/groups?$search="displayName:nordlicht"&$select=displayName', {
      headers,
    });
    expect(found.body.value).toEqual([{ displayName: 'Project Nordlicht' }]);
    const { values } = await world.all('/v1.0/groups?$orderby=displayName desc&$top=5&$select=displayName');
    const names = values.map(({ displayName }) => displayName);
    expect(names).toEqual([...names].sort((one, other) => other.localeCompare(one)));
    expect(names).toHaveLength(world.tenant.store.live('group').length);
    expect((await world.get('/v1.0/groups?$count=true&$top=1', { headers })).body['@odata.count']).toBe(
      names.length,
    );
  });

  it('finds devices by deviceId and users by user principal name', async () => {
    const [device] = world.contoso.devices;
    const byKey = await world.get(`/v1.0/devices(deviceId='${device?.properties.deviceId}')`);
    expect(byKey.body.id).toBe(device?.id);
    const owners = await world.get(
      `/v1.0/devices(deviceId='${device?.properties.deviceId}')/registeredOwners`,
    );
    expect(owners.body.value).toHaveLength(1);
    const [user] = world.contoso.cloud;
    expect((await world.get(`/v1.0/users/${user?.properties.userPrincipalName}?$select=id`)).body.id).toBe(
      user?.id,
    );
    expect((await world.get(`/v1.0/devices(deviceId='00000000-0000-4000-8000-000000000000')`)).status).toBe(
      404,
    );
  });

  it('answers selected properties of users that are not there by default', async () => {
    const [user] = world.contoso.synced;
    const plain = await world.get(`/v1.0/users/${user?.id}`);
    expect(plain.body).not.toHaveProperty('onPremisesSecurityIdentifier');
    const chosen = await world.get(
      `/v1.0/users/${user?.id}?$select=id,onPremisesSecurityIdentifier,onPremisesImmutableId,onPremisesSyncEnabled,userType`,
    );
    expect(chosen.body).toMatchObject({
      onPremisesSecurityIdentifier: user?.properties.onPremisesSecurityIdentifier,
      onPremisesSyncEnabled: true,
      userType: 'Member',
    });
  });

  it('reads references: typed members, casts, nested members, owners, groups of an object, managers', async () => {
    const { nested, vpn, financeUsers, deviceGroup } = world.contoso.groups;
    const members = (await world.all(`/v1.0/groups/${nested.id}/members`)).values;
    expect(
      members
        .map((member) => member['@odata.type'])
        .sort()
        .slice(0, 2),
    ).toEqual(['#microsoft.graph.group', '#microsoft.graph.group']);
    const users = (await world.all(`/v1.0/groups/${nested.id}/members/microsoft.graph.user?$select=id`))
      .values;
    expect(users).toHaveLength(3);
    const transitive = (await world.all(`/v1.0/groups/${nested.id}/transitiveMembers?$select=id`)).values;
    const direct = new Set(
      [
        ...members,
        ...world.tenant.store.links.of('members', vpn.id).map((id) => ({ id })),
        ...world.tenant.store.links.of('members', financeUsers.id).map((id) => ({ id })),
      ].map(({ id }) => id),
    );
    expect(new Set(transitive.map(({ id }) => id))).toEqual(direct);
    const containers = (await world.get(`/v1.0/groups/${vpn.id}/memberOf?$select=id`)).body.value;
    expect(containers).toHaveLength(2);
    expect(containers).toContainEqual({ '@odata.type': '#microsoft.graph.group', id: nested.id });
    expect(containers).toContainEqual({
      '@odata.type': '#microsoft.graph.administrativeUnit',
      id: world.contoso.unit.id,
    });
    expect((await world.get(`/v1.0/groups/${vpn.id}/owners`)).body.value).toHaveLength(2);
    expect(
      (await world.all(`/v1.0/groups/${deviceGroup.id}/members/microsoft.graph.device`)).values,
    ).toHaveLength(5);
    expect((await world.get(`/v1.0/users/${world.contoso.synced[1]?.id}/manager`)).body.id).toBe(
      world.contoso.synced[0]?.id,
    );
    expect((await world.get(`/v1.0/groups/${vpn.id}?$expand=members($select=id)`)).body.members).toHaveLength(
      20,
    );
    expect((await world.get(`/v1.0/groups/${vpn.id}/members/microsoft.graph.nothing`)).status).toBe(400);
  });

  it('looks up many objects of any kind at once and leaves out the unknown', async () => {
    const { vpn } = world.contoso.groups;
    const [user] = world.contoso.synced;
    const unknown = '00000000-0000-4000-8000-000000000000';
    const answer = await world.post('/v1.0/directoryObjects/getByIds', {
      ids: [vpn.id, unknown, user?.id ?? ''],
      types: ['user', 'group'],
    });
    expect(answer.body.value.map((each: { id: string }) => each.id)).toEqual([vpn.id, user?.id]);
    expect(answer.headers.get('x-ms-resource-unit')).toBe('5');
    const tooMany = await world.post('/v1.0/directoryObjects/getByIds', {
      ids: Array.from({ length: 1001 }, () => unknown),
    });
    expect(tooMany.status).toBe(400);
    expect((await world.get(`/v1.0/directoryObjects/${vpn.id}`)).body['@odata.type']).toBe(
      '#microsoft.graph.group',
    );
  });

  it('answers each part of a batch on its own and holds back what depends on a failure', async () => {
    const { vpn } = world.contoso.groups;
    const unknown = '/groups/00000000-0000-4000-8000-000000000000';
    const answer = await world.post('/v1.0/$batch', {
      requests: [
        { id: 'a', method: 'GET', url: `/groups/${vpn.id}?$select=id` },
        { id: 'b', method: 'GET', url: unknown },
        { id: 'c', method: 'GET', url: `/groups/${vpn.id}`, dependsOn: ['b'] },
      ],
    });
    const byId = Object.fromEntries(answer.body.responses.map((each: { id: string }) => [each.id, each]));
    expect(byId.a).toMatchObject({ status: 200, body: { id: vpn.id } });
    expect(byId.b).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } });
    expect(byId.c.status).toBe(424);
    const tooMany = Array.from({ length: 21 }, (_, index) => ({
      id: String(index),
      method: 'GET',
      url: '/groups',
    }));
    expect((await world.post('/v1.0/$batch', { requests: tooMany })).status).toBe(400);
  });

  it('tells the licences, the organisation, and the synchronisation settings to people only', async () => {
    const organization = await world.get('/v1.0/organization');
    expect(
      organization.body.value[0].assignedPlans.map((plan: { service: string }) => plan.service),
    ).toContain('AADPremiumService');
    const skus = await world.get('/v1.0/subscribedSkus');
    expect(
      skus.body.value[0].servicePlans.map((plan: { servicePlanName: string }) => plan.servicePlanName),
    ).toContain('AAD_PREMIUM');
    expect((await world.get('/v1.0/directory/onPremisesSynchronization')).body.error.code).toBe(
      'Authorization_RequestDenied',
    );
    const asPerson = await world.get('/v1.0/directory/onPremisesSynchronization', { token: adminToken });
    expect(asPerson.body.value[0].features.groupWriteBackEnabled).toBe(false);
    expect((await world.all('/v1.0/directory/administrativeUnits')).values).toHaveLength(1);
    expect(
      (await world.all(`/v1.0/directory/administrativeUnits/${world.contoso.unit.id}/members`)).values,
    ).toHaveLength(11);
  });
});
