import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraId } from '../../../shared/domain/index.ts';
import { graphUnits, type MemberStep } from '../../../shared/graph/index.ts';
import { startServer } from './support/server.ts';
import { clientOf, collect, group, idOf, startWorld, syncedUser, user, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const membersOf = (steps: readonly MemberStep[]) =>
  steps.flatMap((step) => ('failed' in step ? [] : step.members));
const isWhole = (steps: readonly MemberStep[]): boolean => {
  const last = steps.at(-1);
  return last !== undefined && 'last' in last && last.last;
};

describe('the members of a group', () => {
  it('come with all that finds them in AD, of every kind', async () => {
    const { tenant } = world;
    const synced = tenant.create('user', syncedUser('Anne', 1101));
    const guest = tenant.create('user', user('Gina', { userType: 'Guest' }));
    const nested = tenant.create('group', group('Nested'));
    const device = tenant.create('device', {
      displayName: 'PC',
      deviceId: '4c299165-6e8f-4b45-a5ba-c5d250a707ff',
      accountEnabled: false,
      trustType: 'ServerAd',
    });
    const service = tenant.create('servicePrincipal', { displayName: 'App', appId: crypto.randomUUID() });
    const contact = tenant.create('orgContact', { displayName: 'Contact' });
    const all = [synced, guest, nested, device, service, contact];
    const made = tenant.create('group', group('All kinds'), { members: all.map((one) => one.id) });

    const steps = await collect(world.client().graph.readMembers(idOf(made)));
    expect(isWhole(steps)).toBe(true);
    const byId = new Map(membersOf(steps).map((one) => [String(one.id), one]));
    expect(byId.size).toBe(6);
    expect(byId.get(synced.id)).toMatchObject({
      type: 'user',
      onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-1101',
      onPremisesSyncEnabled: true,
      accountEnabled: true,
    });
    expect(byId.get(guest.id)).toMatchObject({
      type: 'user',
      userType: 'Guest',
      onPremisesSecurityIdentifier: null,
    });
    expect(byId.get(nested.id)).toMatchObject({ type: 'group', securityEnabled: true, groupTypes: [] });
    expect(byId.get(device.id)).toMatchObject({
      type: 'device',
      deviceId: '4c299165-6e8f-4b45-a5ba-c5d250a707ff',
      trustType: 'ServerAd',
      accountEnabled: false,
    });
    expect(byId.get(service.id)).toMatchObject({ type: 'servicePrincipal' });
    expect(byId.get(contact.id)).toMatchObject({ type: 'contact' });
  });

  it('come in pages of 999, of which the last says so', async () => {
    const people = Array.from({ length: 2500 }, (_, index) =>
      world.tenant.seed.user(syncedUser(`U ${index}`, 5000 + index)),
    );
    const made = world.tenant.seed.group(group('Large'), { members: people.map((one) => one.id) });
    world.spent();
    const steps = await collect(world.client().graph.readMembers(idOf(made)));
    expect(steps.map((step) => ('failed' in step ? 'failed' : [step.members.length, step.last]))).toEqual([
      [999, false],
      [999, false],
      [502, true],
    ]);
    expect(world.spent()).toMatchObject({ requests: 3, units: 3 * graphUnits.membersPage });
  });

  it('are known to be partial when a page fails midway', async () => {
    const people = Array.from({ length: 1200 }, (_, index) => world.tenant.seed.user(user(`P ${index}`)));
    const made = world.tenant.seed.group(group('Half'), { members: people.map((one) => one.id) });
    world.double.behaviour.change({
      faults: [{ path: 'skiptoken', effect: { kind: 'status', status: 503 } }],
    });
    const steps = await collect(world.client().graph.readMembers(idOf(made)));
    world.double.behaviour.change({ faults: [] });
    expect(membersOf(steps)).toHaveLength(999);
    expect(isWhole(steps)).toBe(false);
    expect(steps.at(-1)).toMatchObject({ failed: { status: 503, retry: 'later' } });
  });

  it('are a whole, empty membership when there are none', async () => {
    const made = world.tenant.create('group', group('Empty'));
    expect(await collect(world.client().graph.readMembers(idOf(made)))).toEqual([
      { members: [], last: true },
    ]);
  });

  it('are not believed to be none where the membership is hidden', async () => {
    const hidden = world.tenant.create('group', group('Hidden'));
    const { graph } = world.client();
    expect(await collect(graph.readMembers(idOf(hidden), { hidden: true }))).toMatchObject([
      { failed: { code: 'MEMBERS_HIDDEN', message: expect.stringContaining('Member.Read.Hidden') } },
    ]);
    world.tenant.link('members', hidden.id, [world.tenant.create('user', user('Seen')).id]);
    expect(isWhole(await collect(graph.readMembers(idOf(hidden), { hidden: true })))).toBe(true);
  });

  it('may be read through nested groups', async () => {
    const { tenant } = world;
    const deep = tenant.create('user', user('Deep'));
    const inner = tenant.create('group', group('Inner'), { members: [deep.id] });
    const outer = tenant.create('group', group('Outer'), { members: [inner.id] });
    world.spent();
    const steps = await collect(world.client().graph.readTransitiveMembers(idOf(outer)));
    expect(
      membersOf(steps)
        .map((one) => one.id)
        .sort(),
    ).toEqual([deep.id, inner.id].sort());
    expect(world.spent()).toMatchObject({ units: graphUnits.transitiveMembersPage });
  });

  it.each([
    ['user', 'User.Read.All'],
    ['group', 'Group.Read.All'],
    ['device', 'Device.Read.All'],
  ])('are a failure where Graph shows a %s without its properties', async (kind, permission) => {
    const server = await startServer();
    const id = crypto.randomUUID();
    server.script.push({
      body: {
        value: [
          { '@odata.type': `#microsoft.graph.${kind}`, id, displayName: null, userPrincipalName: null },
        ],
      },
    });
    const steps = await collect(clientOf(server.url).graph.readMembers(EntraId.parse(crypto.randomUUID())));
    await server.stop();
    expect(steps).toMatchObject([{ failed: { code: 'NOT_UNDERSTOOD' } }]);
    const [step] = steps;
    expect(step && 'failed' in step && step.failed.message).toContain(
      `${kind} ${id}: Graph shows no properties of it`,
    );
    expect(step && 'failed' in step && step.failed.message).toContain(permission);
  });
});

describe('members whose kind Graph does not name', () => {
  const sid = 'S-1-5-21-1-2-3-1101';
  const readOf = async (members: readonly object[]) => {
    const server = await startServer();
    server.script.push({ body: { value: members, '@odata.nextLink': null } });
    const steps = await collect(clientOf(server.url).graph.readMembers(EntraId.parse(crypto.randomUUID())));
    await server.stop();
    return steps;
  };

  it.each([
    ['user', { userPrincipalName: 'anne@contoso.com' }],
    ['group', { securityEnabled: false }],
    ['device', { deviceId: '4c299165-6e8f-4b45-a5ba-c5d250a707ff' }],
  ])('are known for a %s by what no other has', async (type, properties) => {
    const member = { id: crypto.randomUUID(), onPremisesSecurityIdentifier: sid, ...properties };
    const steps = await readOf([member, { ...member, '@odata.type': null }]);
    expect(isWhole(steps)).toBe(true);
    expect(membersOf(steps)).toMatchObject([{ type }, { type }]);
  });

  it('are a failure where nothing tells, rather than left out', async () => {
    const steps = await readOf([{ id: crypto.randomUUID(), onPremisesSecurityIdentifier: sid }]);
    const message = expect.stringContaining('@odata.type: is missing');
    expect(steps).toMatchObject([{ failed: { code: 'NOT_UNDERSTOOD', message, retry: 'later' } }]);
  });

  it('are unknown where it is one that we do not know, and the kind counts in any case', async () => {
    const kinds = ['#microsoft.graph.somethingNew', '#Microsoft.Graph.ServicePrincipal'];
    const steps = await readOf(kinds.map((kind) => ({ '@odata.type': kind, id: crypto.randomUUID() })));
    expect(membersOf(steps)).toMatchObject([{ type: 'unknown' }, { type: 'servicePrincipal' }]);
  });
});

it('A member that tells its SID needs no other property', async () => {
  const server = await startServer();
  const member = {
    '@odata.type': '#microsoft.graph.user',
    id: crypto.randomUUID(),
    onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-1101',
  };
  server.script.push({ body: { value: [member] } });
  const steps = await collect(clientOf(server.url).graph.readMembers(EntraId.parse(crypto.randomUUID())));
  await server.stop();
  expect(membersOf(steps)).toMatchObject([
    { type: 'user', onPremisesSecurityIdentifier: expect.any(String) },
  ]);
});
