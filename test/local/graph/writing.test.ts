import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, newGroup, startWorld, type TestWorld } from './support/world.ts';

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const made = async (displayName: string, more = {}): Promise<string> =>
  (await world.post('/v1.0/groups', newGroup(displayName, more))).body.id;

const reference = (id: string) => ({
  '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
});

describe('groups', () => {
  it('wants the four required properties and names the one that is missing', async () => {
    for (const missing of ['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled']) {
      const { [missing]: _, ...rest } = newGroup('Incomplete');
      const answer = await world.post('/v1.0/groups', rest);
      expect(answer.status).toBe(400);
      expect(answer.body.error.message).toContain(`'${missing}'`);
    }
  });

  it('creates a security group with members and owners, and answers 201 with the default properties', async () => {
    const [one, other] = world.contoso.cloud;
    const answer = await world.post('/v1.0/groups', {
      ...newGroup('With members'),
      'members@odata.bind': [`https://graph.microsoft.com/v1.0/users/${one?.id}`],
      'owners@odata.bind': [`https://graph.microsoft.com/v1.0/users/${other?.id}`],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      displayName: 'With members',
      groupTypes: [],
      mail: null,
      securityEnabled: true,
    });
    expect(answer.body.securityIdentifier).toMatch(/^S-1-12-1-/);
    expect((await world.get(`/v1.0/groups/${answer.body.id}/members`)).body.value).toHaveLength(1);
    expect((await world.get(`/v1.0/groups/${answer.body.id}/owners`)).body.value[0].id).toBe(other?.id);
  });

  it('gives Microsoft 365 groups an address', async () => {
    const answer = await world.post(
      '/v1.0/groups',
      newGroup('Nordpol', { groupTypes: ['Unified'], mailEnabled: true, securityEnabled: false }),
    );
    expect(answer.body).toMatchObject({
      mail: 'nordpol@contoso.com',
      proxyAddresses: ['SMTP:nordpol@contoso.com'],
      visibility: 'Public',
    });
  });

  it('refuses groups that Graph cannot make', async () => {
    const refused: readonly (readonly [Record<string, unknown>, string])[] = [
      [{ mailEnabled: true }, 'mail-enabled groups'],
      [{ groupTypes: ['DynamicMembership'] }, 'membershipRule'],
      [
        {
          isAssignableToRole: true,
          groupTypes: ['DynamicMembership'],
          membershipRule: 'x',
          membershipRuleProcessingState: 'On',
        },
        'role-assignable',
      ],
      [{ visibility: 'HiddenMembership' }, 'HiddenMembership'],
      [{ mailNickname: 'has space' }, 'mailNickname'],
      [{ displayName: 'x'.repeat(257) }, 'at most 256'],
      [{ onPremisesSyncEnabled: true }, 'read-only'],
      [{ colour: 'blue' }, "'colour'"],
      [{ writebackConfiguration: {} }, "'writebackConfiguration'"],
    ];
    for (const [more, message] of refused) {
      const answer = await world.post('/v1.0/groups', { ...newGroup('Refused'), ...more } as Record<
        string,
        string
      >);
      expect([answer.status, answer.body.error.message]).toEqual([400, expect.stringContaining(message)]);
    }
  });

  it('updates properties and clears them with null', async () => {
    const id = await made('Changing');
    expect((await world.patch(`/v1.0/groups/${id}`, { description: 'first' })).status).toBe(204);
    expect((await world.get(`/v1.0/groups/${id}`)).body.description).toBe('first');
    await world.patch(`/v1.0/groups/${id}`, { description: null });
    expect((await world.get(`/v1.0/groups/${id}`)).body.description).toBeNull();
  });

  it('takes writebackConfiguration in beta, as far as the kind of group allows', async () => {
    const id = await made('Written back');
    const configured = {
      writebackConfiguration: { isEnabled: true, onPremisesGroupType: 'universalSecurityGroup' },
    };
    expect((await world.patch(`/v1.0/groups/${id}`, configured)).status).toBe(400);
    expect((await world.patch(`/beta/groups/${id}`, configured)).status).toBe(204);
    expect((await world.get(`/beta/groups/${id}?$select=writebackConfiguration`)).body).toMatchObject(
      configured,
    );
    const distribution = { writebackConfiguration: { onPremisesGroupType: 'universalDistributionGroup' } };
    expect((await world.patch(`/beta/groups/${id}`, distribution)).status).toBe(400);
  });

  it('protects what on-premises or Exchange owns', async () => {
    const [synced] = world.contoso.syncedGroups;
    const { distribution, mailSecurity } = world.contoso.groups;
    const [user] = world.contoso.cloud;
    const path = `/v1.0/groups/${synced?.id}`;
    expect((await world.patch(path, { displayName: 'x' })).body.error.message).toContain(
      'on-premises mastered',
    );
    expect((await world.remove(path)).status).toBe(400);
    expect((await world.post(`${path}/members/$ref`, reference(user?.id ?? ''))).status).toBe(400);
    expect((await world.patch(`/v1.0/groups/${distribution.id}`, { displayName: 'x' })).status).toBe(400);
    expect((await world.remove(`/v1.0/groups/${mailSecurity.id}`)).status).toBe(400);
  });

  it('lets the synchronisation write what it owns, with the admin token only', async () => {
    const sid = 'S-1-5-21-1-2-3-4242';
    const group = newGroup('From AD', { onPremisesSecurityIdentifier: sid, onPremisesSyncEnabled: true });
    const headers = { 'x-local-as': 'synchronization' };
    expect((await world.post('/v1.0/groups', group, { headers })).status).toBe(400);
    const answer = await world.post('/v1.0/groups', group, { headers, token: adminToken });
    expect(answer.body).toMatchObject({ onPremisesSecurityIdentifier: sid, onPremisesSyncEnabled: true });
    expect((await world.remove(`/v1.0/groups/${answer.body.id}`)).status).toBe(400);
    expect(
      (await world.remove(`/v1.0/groups/${answer.body.id}`, { headers, token: adminToken })).status,
    ).toBe(204);
  });
});

describe('membership', () => {
  it('adds and removes one member by reference, and refuses to do either twice', async () => {
    const id = await made('Refs');
    const [user] = world.contoso.synced;
    const add = () => world.post(`/v1.0/groups/${id}/members/$ref`, reference(user?.id ?? ''));
    expect((await add()).status).toBe(204);
    const again = await add();
    expect(again.status).toBe(400);
    expect(again.body.error.message).toBe(
      "One or more added object references already exist for the following modified properties: 'members'.",
    );
    const path = `/v1.0/groups/${id}/members/${user?.id}/$ref`;
    expect((await world.remove(path)).status).toBe(204);
    expect((await world.remove(path)).status).toBe(404);
  });

  it('adds up to twenty members in one PATCH, all or none', async () => {
    const id = await made('Bind');
    const bind = (from: number, to: number) => ({
      'members@odata.bind': world.contoso.synced
        .slice(from, to)
        .map((user) => reference(user.id)['@odata.id']),
    });
    expect((await world.patch(`/v1.0/groups/${id}`, bind(0, 21))).status).toBe(400);
    expect((await world.patch(`/v1.0/groups/${id}`, bind(0, 20))).status).toBe(204);
    expect((await world.patch(`/v1.0/groups/${id}`, bind(19, 25))).status).toBe(400);
    expect((await world.all(`/v1.0/groups/${id}/members`)).values).toHaveLength(20);
  });

  it('knows what may be in what', async () => {
    const { team, vpn, pim, dynamicSecurity } = world.contoso.groups;
    const [device] = world.contoso.devices;
    const [user] = world.contoso.guests;
    const add = async (group: string, member = '') =>
      (await world.post(`/v1.0/groups/${group}/members/$ref`, reference(member))).status;
    expect(await add(team.id, device?.id)).toBe(400);
    expect(await add(team.id, vpn.id)).toBe(400);
    expect(await add(vpn.id, team.id)).toBe(400);
    expect(await add(pim.id, vpn.id)).toBe(400);
    expect(await add(vpn.id, vpn.id)).toBe(400);
    expect(await add(dynamicSecurity.id, user?.id)).toBe(400);
    expect(await add(vpn.id, '00000000-0000-4000-8000-000000000000')).toBe(404);
    expect(await add(vpn.id, device?.id)).toBe(204);
  });

  it('keeps the references of devices and users', async () => {
    const [device] = world.contoso.devices;
    const user = world.contoso.synced.at(-1);
    const base = `/v1.0/devices/${device?.id}/registeredUsers`;
    expect((await world.post(`${base}/$ref`, reference(user?.id ?? ''))).status).toBe(204);
    expect((await world.get(base)).body.value).toHaveLength(2);
    expect((await world.remove(`${base}/${user?.id}/$ref`)).status).toBe(204);
    const cloud = world.contoso.cloud[2];
    const manager = `/v1.0/users/${cloud?.id}/manager`;
    expect((await world.get(manager)).status).toBe(404);
    expect((await world.call('PUT', `${manager}/$ref`, { body: reference(user?.id ?? '') })).status).toBe(
      204,
    );
    expect((await world.get(manager)).body.id).toBe(user?.id);
  });
});

describe('deletion', () => {
  it('keeps cloud groups in the recycle bin and restores them with members and parents', async () => {
    const id = await made('Deleted');
    const parent = await made('Parent');
    const [user] = world.contoso.cloud;
    await world.post(`/v1.0/groups/${id}/members/$ref`, reference(user?.id ?? ''));
    await world.post(`/v1.0/groups/${parent}/members/$ref`, reference(id));

    expect((await world.remove(`/v1.0/groups/${id}`)).status).toBe(204);
    expect((await world.get(`/v1.0/groups/${id}`)).status).toBe(404);
    expect((await world.get(`/v1.0/groups/${parent}/members`)).body.value).toEqual([]);
    const deleted = await world.get(`/v1.0/directory/deletedItems/${id}`);
    expect(deleted.body).toMatchObject({
      '@odata.type': '#microsoft.graph.group',
      id,
      displayName: 'Deleted',
    });
    expect(deleted.body.deletedDateTime).toBe('2026-01-06T12:00:00Z');
    const bin = await world.all('/v1.0/directory/deletedItems/microsoft.graph.group');
    expect(bin.values.map((group) => group.id)).toContain(id);

    expect((await world.post(`/v1.0/directory/deletedItems/${id}/restore`, {})).body.id).toBe(id);
    expect((await world.get(`/v1.0/groups/${id}/members`)).body.value[0].id).toBe(user?.id);
    expect((await world.get(`/v1.0/groups/${parent}/members`)).body.value[0].id).toBe(id);
    expect((await world.get(`/v1.0/directory/deletedItems/${id}`)).status).toBe(404);
  });

  it('removes for good on request, and by itself after thirty days', async () => {
    const [now, later] = [await made('Purged now'), await made('Purged later')];
    await world.remove(`/v1.0/groups/${now}`);
    await world.remove(`/v1.0/groups/${later}`);
    expect((await world.remove(`/v1.0/directory/deletedItems/${now}`)).status).toBe(204);
    expect((await world.get(`/v1.0/directory/deletedItems/${now}`)).status).toBe(404);
    world.clock.now += 31 * 24 * 60 * 60 * 1000;
    expect((await world.get(`/v1.0/directory/deletedItems/${later}`)).status).toBe(404);
  });

  it('deletes users and devices softly; the recycle bin of devices is in beta only', async () => {
    const device = world.contoso.devices.at(-1);
    const user = world.contoso.cloud.at(-1);
    await world.remove(`/v1.0/devices/${device?.id}`);
    await world.remove(`/v1.0/users/${user?.id}`);
    expect((await world.get('/v1.0/directory/deletedItems/microsoft.graph.device')).status).toBe(400);
    expect((await world.get('/beta/directory/deletedItems/microsoft.graph.device')).body.value[0].id).toBe(
      device?.id,
    );
    expect((await world.get(`/v1.0/directory/deletedItems/${user?.id}`)).body.id).toBe(user?.id);
    expect((await world.remove(`/v1.0/users/${world.contoso.synced[0]?.id}`)).status).toBe(400);
  });
});

describe('users and devices', () => {
  const user = (name: string) => ({
    accountEnabled: true,
    displayName: name,
    mailNickname: name,
    passwordProfile: { password: 'not kept' },
    userPrincipalName: `${name}@contoso.com`,
  });

  it('creates users once per principal name and never tells a password', async () => {
    const answer = await world.post('/v1.0/users', user('anna'));
    expect(answer.status).toBe(201);
    expect((await world.post('/v1.0/users', user('anna'))).body.error.message).toContain('userPrincipalName');
    const chosen = await world.get(`/v1.0/users/${answer.body.id}?$select=id,passwordProfile`);
    expect(chosen.body.passwordProfile).toBeNull();
    expect(
      (
        await world.patch(`/v1.0/users/${answer.body.id}`, {
          onPremisesDistinguishedName: 'CN=Anna,DC=contoso,DC=com',
        })
      ).status,
    ).toBe(204);
  });

  it('creates devices once per deviceId', async () => {
    const device = {
      accountEnabled: true,
      alternativeSecurityIds: [{ type: 2, identityProvider: null, key: 'WA==' }],
      deviceId: '4c299165-6e8f-4b45-a5ba-c5d250a707ff',
      displayName: 'KIOSK-1',
      operatingSystem: 'Windows',
      operatingSystemVersion: '11',
    };
    expect((await world.post('/v1.0/devices', device)).status).toBe(201);
    expect((await world.post('/v1.0/devices', device)).status).toBe(400);
    expect((await world.post('/v1.0/devices', { ...device, deviceId: 'x' })).status).toBe(400);
    const found = await world.get(`/v1.0/devices(deviceId='${device.deviceId}')?$select=displayName`);
    expect(found.body.displayName).toBe('KIOSK-1');
  });
});

describe('settings', () => {
  it('has no group settings until somebody creates them; all values are texts', async () => {
    expect((await world.get('/v1.0/groupSettings')).body.value).toEqual([]);
    const templateId = '62375ab9-6b52-47ed-826b-58e47e0e304b';
    const values = [{ name: 'NewUnifiedGroupWritebackDefault', value: 'False' }];
    expect(
      (await world.post('/v1.0/groupSettings', { templateId, values: [{ name: 'Nonsense', value: 'x' }] }))
        .status,
    ).toBe(400);
    const setting = await world.post('/v1.0/groupSettings', { templateId, values });
    expect(setting.status).toBe(201);
    expect((await world.post('/v1.0/groupSettings', { templateId, values })).status).toBe(400);
    const [listed] = (await world.get('/v1.0/groupSettings')).body.value;
    expect(listed).toMatchObject({ displayName: 'Group.Unified', templateId });
    expect(listed.values).toContainEqual({ name: 'NewUnifiedGroupWritebackDefault', value: 'False' });
    expect(listed.values).toHaveLength(15);
  });

  it('moves the source of authority of synced groups and back, never of native cloud groups', async () => {
    const [synced] = world.contoso.syncedGroups;
    const path = `/v1.0/groups/${synced?.id}/onPremisesSyncBehavior`;
    expect((await world.get(path)).body.isCloudManaged).toBe(false);
    expect((await world.patch(path, { isCloudManaged: true })).status).toBe(204);
    const behavior = await world.get(`${path}?$select=isCloudManaged`);
    expect(behavior.body).toEqual({
      '@odata.context': `${world.graph.url}/v1.0/$metadata#groups('${synced?.id}')/onPremisesSyncBehavior(isCloudManaged)/$entity`,
      id: synced?.id,
      isCloudManaged: true,
    });
    const group = (await world.get(`/v1.0/groups/${synced?.id}`)).body;
    expect(group.onPremisesSyncEnabled).toBeNull();
    expect(group.onPremisesSecurityIdentifier).toMatch(/^S-1-5-21-/);
    expect((await world.patch(`/v1.0/groups/${synced?.id}`, { description: 'ours now' })).status).toBe(204);
    const { vpn } = world.contoso.groups;
    expect(
      (await world.patch(`/v1.0/groups/${vpn.id}/onPremisesSyncBehavior`, { isCloudManaged: true })).status,
    ).toBe(400);
  });
});
