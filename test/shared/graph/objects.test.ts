import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntraId } from '../../../shared/domain/index.ts';
import { graphUnits } from '../../../shared/graph/index.ts';
import { group, idOf, startWorld, syncedUser, user, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const nowhere = EntraId.parse('00000000-0000-4000-8000-000000000000');

describe('reading a group', () => {
  it('gives a snapshot with the writeback configuration, which only beta has', async () => {
    const { graph } = world.client();
    const made = world.tenant.create(
      'group',
      group('Sales', {
        description: 'All of sales',
        writebackConfiguration: { isEnabled: true, onPremisesGroupType: 'universalSecurityGroup' },
      }),
    );
    const read = await graph.readGroup(idOf(made));
    expect(read).toMatchObject({
      outcome: 'complete',
      value: {
        presence: 'present',
        snapshot: {
          kind: 'group',
          id: made.id,
          properties: {
            displayName: 'Sales',
            description: 'All of sales',
            groupTypes: [],
            securityEnabled: true,
            writebackConfiguration: { isEnabled: true, onPremisesGroupType: 'universalSecurityGroup' },
            owners: null,
            administrativeUnits: null,
            isCloudManaged: null,
            memberCount: null,
          },
        },
      },
    });
  });

  it('reads v1.0 without the configuration where the cloud lacks it', async () => {
    const { graph, seen } = world.client({ writebackConfiguration: false });
    const made = world.tenant.create(
      'group',
      group('Air gap', { writebackConfiguration: { isEnabled: true, onPremisesGroupType: null } }),
    );
    const read = await graph.readGroup(idOf(made));
    expect(read).toMatchObject({
      value: {
        snapshot: { properties: { writebackConfiguration: { isEnabled: null, onPremisesGroupType: null } } },
      },
    });
    expect(seen.map((one) => one.route)).toEqual(['/v1.0/groups/{id}']);
  });

  it('reads what the policy needs besides, each with one request', async () => {
    const { graph } = world.client();
    const [anne, ben] = [world.tenant.create('user', user('Anne')), world.tenant.create('user', user('Ben'))];
    const made = world.tenant.create(
      'group',
      group('Needy', {
        extension_0123456789abcdef_costCentre: 'C-42',
        onPremisesExtensionAttributes: { extensionAttribute7: 'seven' },
        onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-77',
      }),
      { owners: [anne.id, ben.id] },
    );
    const unit = world.tenant.create('administrativeUnit', { displayName: 'Berlin' }, { members: [made.id] });
    world.tenant.create('group', group('Parent'), { members: [made.id] });
    world.spent();
    const read = await graph.readGroup(idOf(made), {
      owners: true,
      administrativeUnits: true,
      syncBehavior: true,
      extensions: ['extensionAttribute7', 'extensionAttribute8'],
    });
    expect(read).toMatchObject({
      value: {
        snapshot: {
          properties: {
            owners: [anne.id, ben.id].sort(),
            administrativeUnits: [unit.id],
            isCloudManaged: false,
            extensions: { extensionAttribute7: 'seven' },
          },
        },
      },
    });
    expect(world.spent()).toMatchObject({ requests: 4, units: graphUnits.object + 3 * graphUnits.extra });
  });

  it('finds a soft-deleted one in the recycle bin', async () => {
    const { graph } = world.client();
    const made = world.tenant.create('group', group('Gone for now'));
    world.tenant.softDelete(made.id);
    const read = await graph.readGroup(idOf(made), { owners: true });
    expect(read).toMatchObject({
      outcome: 'complete',
      value: {
        presence: 'softDeleted',
        snapshot: { properties: { displayName: 'Gone for now', owners: null } },
      },
    });
  });

  it('says notFound of a purged one and of one that never was', async () => {
    const { graph } = world.client();
    const made = world.tenant.create('group', group('Gone for good'));
    world.tenant.softDelete(made.id);
    world.tenant.purge(made.id);
    const gone = { outcome: 'complete', value: { presence: 'notFound' } };
    expect(await graph.readGroup(idOf(made))).toEqual(gone);
    expect(await graph.readObject({ kind: 'group', id: nowhere })).toEqual(gone);
  });

  it('fails as a whole when one part of it cannot be read', async () => {
    const { graph } = world.client();
    const made = world.tenant.create('group', group('Half'));
    world.double.behaviour.change({
      faults: [{ path: '/owners', effect: { kind: 'status', status: 403 } }],
    });
    const read = await graph.readGroup(idOf(made), { owners: true });
    world.double.behaviour.change({ faults: [] });
    expect(read).toMatchObject({ outcome: 'failed', why: { status: 403, retry: 'later' } });
    expect(read.outcome === 'failed' && read.why.message).toContain('permission GroupMember.Read.All');
  });
});

describe('reading a user', () => {
  it('gives the properties that find it in AD, and the manager of one that may be written', async () => {
    const { graph } = world.client();
    const boss = world.tenant.create('user', user('Boss'));
    const made = world.tenant.create(
      'user',
      { ...syncedUser('Carla', 1104), department: 'IT' },
      { manager: [boss.id] },
    );
    const led = world.tenant.create('user', user('Claus'), { manager: [boss.id] });
    const lonely = world.tenant.create('user', user('Dora'));
    expect(await graph.readUser(idOf(made), { manager: true })).toMatchObject({
      value: {
        presence: 'present',
        snapshot: {
          kind: 'user',
          properties: {
            userPrincipalName: 'carla@contoso.com',
            department: 'IT',
            onPremisesSyncEnabled: true,
            onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-1104',
            manager: null,
          },
        },
      },
    });
    expect(await graph.readUser(idOf(led), { manager: true })).toMatchObject({
      value: { snapshot: { properties: { manager: boss.id } } },
    });
    expect(await graph.readUser(idOf(lonely), { manager: true })).toMatchObject({
      value: { snapshot: { properties: { manager: null, onPremisesSecurityIdentifier: null } } },
    });
  });

  it('finds a deleted one in the recycle bin', async () => {
    const { graph } = world.client();
    const made = world.tenant.create('user', user('Eve'));
    world.tenant.softDelete(made.id);
    expect(await graph.readUser(idOf(made))).toMatchObject({ value: { presence: 'softDeleted' } });
  });
});

describe('reading a device', () => {
  const key = { type: 2, identityProvider: null, key: 'WAA1ADAAOQA6AA==' };
  const device = (name: string) => ({
    displayName: name,
    deviceId: crypto.randomUUID(),
    accountEnabled: true,
    trustType: 'AzureAd',
    operatingSystem: 'Windows',
    operatingSystemVersion: '10',
    alternativeSecurityIds: [key],
  });

  it('gives its keys, and its owners and users with their SIDs', async () => {
    const { graph } = world.client();
    const owner = world.tenant.create('user', syncedUser('Finn', 1105));
    const cloud = world.tenant.create('user', user('Gus'));
    const made = world.tenant.create('device', device('LAPTOP-1'), {
      registeredOwners: [owner.id],
      registeredUsers: [owner.id, cloud.id],
    });
    world.spent();
    const read = await graph.readDevice(idOf(made));
    expect(read).toMatchObject({
      value: {
        presence: 'present',
        snapshot: {
          kind: 'device',
          properties: {
            trustType: 'AzureAd',
            alternativeSecurityIds: [key],
            registeredOwners: [{ id: owner.id, sid: 'S-1-5-21-1-2-3-1105' }],
            registeredUsers: expect.arrayContaining([
              { id: owner.id, sid: 'S-1-5-21-1-2-3-1105' },
              { id: cloud.id, sid: null },
            ]),
          },
        },
      },
    });
    expect(world.spent()).toMatchObject({ requests: 3, units: graphUnits.device });
  });

  it('leaves out what is no key, because Graph may give null for each property of one', async () => {
    const { graph } = world.client();
    const none = { type: null, identityProvider: null, key: null };
    const made = world.tenant.seed.device({
      ...device('LAPTOP-3'),
      alternativeSecurityIds: [none, { ...key, type: null }, key, { type: 2, key: null }],
    });
    expect(await graph.readDevice(idOf(made))).toMatchObject({
      value: { snapshot: { properties: { alternativeSecurityIds: [key] } } },
    });
  });

  it('finds a deleted one in the recycle bin of beta', async () => {
    const { graph } = world.client();
    const made = world.tenant.create('device', device('LAPTOP-2'));
    world.tenant.softDelete(made.id);
    expect(await graph.readDevice(idOf(made))).toMatchObject({
      value: { presence: 'softDeleted', snapshot: { properties: { registeredOwners: null } } },
    });
  });
});

describe('listing all objects of a kind', () => {
  it('gives snapshots page by page and goes on where another process stopped', async () => {
    const own = await startWorld();
    const made = Array.from({ length: 2100 }, (_, index) => own.tenant.seed.group(group(`G ${index}`)));
    const first = own.client().graph;
    const ids: string[] = [];
    let from: string | undefined;
    for await (const page of first.listObjects('group')) {
      if ('failed' in page) throw new Error(page.failed.message);
      ids.push(...page.snapshots.map((one) => one.id));
      from = page.next ?? undefined;
      break;
    }
    expect(ids).toHaveLength(999);
    own.spent();
    const second = own.client().graph;
    if (from === undefined) throw new Error('The first page was the last.');
    for await (const page of second.listObjects('group', { from })) {
      if ('failed' in page) throw new Error(page.failed.message);
      expect(page.refused).toEqual([]);
      ids.push(...page.snapshots.map((one) => one.id));
    }
    expect(ids.sort()).toEqual(made.map((one) => one.id).sort());
    expect(own.spent()).toMatchObject({ requests: 2, units: 2 * graphUnits.objectsPage });
    await own.stop();
  });

  it('lists users and devices too', async () => {
    const { graph } = world.client();
    for (const kind of ['user', 'device'] as const) {
      for await (const page of graph.listObjects(kind)) {
        if ('failed' in page) throw new Error(page.failed.message);
        expect(page.refused).toEqual([]);
        expect(page.snapshots.map((one) => one.id).sort()).toEqual([...world.tenant.store.live(kind)].sort());
      }
    }
  });
});
