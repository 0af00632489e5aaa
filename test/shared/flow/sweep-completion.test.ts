import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EntraId, type ObjectKind } from '../../../shared/domain/index.ts';
import { startSweep } from '../../../shared/flow/sweep/index.ts';
import { loadPolicy } from '../../../shared/policy/index.ts';
import { createWorld, type World } from '../../simulation/support/world.ts';
import { minute, requestsOf } from './world.ts';

/** So many of them as make two batches of managers. */
const size = 30;

const policyText = `
groups:
  - rule: Owned
    when: { attribute: owners, operator: includes, value: 11111111-1111-4111-8111-111111111111 }
    writeback: true
users:
  - rule: Stores
    when: { attribute: department, operator: equals, value: Stores }
devices:
  - rule: Windows
    when: { attribute: operatingSystem, operator: equals, value: Windows }
`;
const owner = EntraId.parse('11111111-1111-4111-8111-111111111111');

function policyOf(text: string) {
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.policy;
}

/** A tenant whose feeds tell nothing from now on, so that only a sweep finds what changes. */
async function settledWorld(text = policyText) {
  const world = createWorld({ policy: policyOf(text) });
  const boss = world.tenant.seed.user({
    id: owner,
    displayName: 'Boss',
    userPrincipalName: 'boss@contoso.com',
    accountEnabled: true,
    onPremisesSyncEnabled: true,
    onPremisesSecurityIdentifier: 'S-1-5-21-1-2-3-1104',
  }).id;
  const users = many((index) =>
    world.tenant.seed.user(
      {
        displayName: `Person ${index}`,
        userPrincipalName: `person${index}@contoso.com`,
        accountEnabled: true,
        department: 'Stores',
      },
      { manager: index % 2 === 0 ? [boss] : [] },
    ),
  );
  const devices = many((index) =>
    world.tenant.seed.device(
      {
        displayName: `PC-${index}`,
        deviceId: randomUUID(),
        accountEnabled: true,
        trustType: 'AzureAd',
        operatingSystem: index % 3 === 0 ? 'Android' : 'Windows',
        alternativeSecurityIds: [{ type: 2, key: keyOf(index) }],
      },
      { registeredOwners: [boss], registeredUsers: [boss] },
    ),
  );
  const groups = many((index) =>
    world.tenant.seed.group(
      { displayName: `Group ${index}`, mailNickname: `g${index}`, mailEnabled: false, securityEnabled: true },
      { owners: index % 3 === 0 ? [boss] : [] },
    ),
  );
  await world.pass(20 * minute);
  for (const kind of ['group', 'user', 'device'] as const) await sweep(world, kind);
  await world.pass(10 * minute, false);
  return { ...world, boss, users, devices, groups };
}

const many = (make: (index: number) => { readonly id: string }) =>
  Array.from({ length: size }, (_, index) => EntraId.parse(make(index).id));

function keyOf(index: number): string {
  const digest = (algorithm: string) => createHash(algorithm).update(String(index));
  const key = `X509:<SHA1-TP-PUBKEY>${digest('sha1').digest('hex').toUpperCase()}${digest('sha256').digest('base64')}`;
  return Buffer.from(key, 'utf16le').toString('base64');
}

async function sweep(world: World, kind: ObjectKind, wish: { report?: boolean } = {}) {
  await startSweep(kind, { why: 'request', ...wish }, world.trace, world.around.sweeping);
}

async function swept(world: World, kind: ObjectKind, wish = {}) {
  requestsOf(world);
  await sweep(world, kind, wish);
  await world.pass(minute, false);
  const answered = world.named('sweep.answered').at(-1);
  if (!answered) throw new Error('The relay has not answered.');
  const { called, compared, differing } = answered;
  return { called, compared, differing, requests: requestsOf(world) };
}

const held = (world: World, kind: ObjectKind, id: EntraId, attribute: string) =>
  world.ad.objects.get(`${kind}:${id}`)?.attributes.get(attribute);

describe('a sweep of what a list does not show completely', () => {
  it('compares users that have not changed, managers included, with twenty managers to a request', async () => {
    const world = await settledWorld();
    const writes = world.ad.writes();
    const { requests, ...rest } = await swept(world, 'user');
    expect(rest).toEqual({ called: 0, compared: size, differing: 0 });
    // They have one manager, who is looked up once for all.
    expect(requests).toEqual({
      'GET /users': 1,
      'GET /users/{id}': 1,
      'GET /users/{id}/manager': size,
      'POST /$batch': 3,
    });
    expect(world.ad.writes()).toBe(writes);
  });

  it('finds managers that were set, changed and taken away while no feed told', async () => {
    const world = await settledWorld();
    const [first, second, third] = world.users;
    if (!first || !second || !third) throw new Error('There are too few users.');
    const before = held(world, 'user', first, 'manager');
    world.tenant.unlink('manager', first, [world.boss]);
    world.tenant.link('manager', second, [world.boss]);
    world.tenant.unlink('manager', third, [world.boss]);
    world.tenant.link('manager', third, [first]);
    expect(await swept(world, 'user')).toMatchObject({ called: 3, compared: size - 3 });
    expect(held(world, 'user', first, 'manager')).not.toEqual(before);
    expect(held(world, 'user', second, 'manager')).toEqual(before);
    expect(held(world, 'user', third, 'manager')).toEqual([expect.stringContaining(first)]);
  });

  it('compares devices with their people, and asks nothing of those that no rule writes', async () => {
    const world = await settledWorld();
    const written = (size * 2) / 3;
    const { requests, ...rest } = await swept(world, 'device');
    expect(rest).toEqual({ called: 0, compared: written, differing: 0 });
    expect(requests).toEqual({
      'GET /devices': 1,
      'GET /devices/{id}/registeredOwners': written,
      'GET /devices/{id}/registeredUsers': written,
      'POST /$batch': 2,
    });
  });

  it('finds the owner of a device that was taken away, which no feed tells', async () => {
    const world = await settledWorld();
    const [, device] = world.devices;
    if (!device) throw new Error('There is no device.');
    world.tenant.unlink('registeredOwners', device, [world.boss]);
    expect(await swept(world, 'device')).toMatchObject({ called: 1 });
    expect(held(world, 'device', device, 'msDS-RegisteredOwner')).toEqual([]);
  });

  it('decides about groups by their owners without a full evaluation of each', async () => {
    const world = await settledWorld();
    expect(world.ad.marked('group')).toHaveLength(size / 3);
    const { requests, ...rest } = await swept(world, 'group');
    expect(rest).toEqual({ called: 0, compared: size / 3, differing: 0 });
    expect(requests).toMatchObject({ 'GET /groups': 1, 'GET /groups/{id}/owners': size, 'POST /$batch': 2 });
    const [, second] = world.groups;
    if (!second) throw new Error('There is no group.');
    world.tenant.link('owners', second, [world.boss]);
    expect(await swept(world, 'group')).toMatchObject({ called: 1, compared: size / 3 });
    expect(world.ad.objects.has(`group:${second}`)).toBe(true);
  });

  it('calls for a full evaluation where Graph refuses to tell of one', async () => {
    const world = await settledWorld();
    const [first] = world.users;
    const path = `/v1.0/users/${first}/manager`;
    world.behaviour.change({ faults: [{ path, next: 1, effect: { kind: 'status', status: 403 } }] });
    expect(await swept(world, 'user')).toMatchObject({ called: 1, compared: size - 1, differing: 0 });
  });

  it('reads the page again later where a whole batch fails, and removes nothing meanwhile', async () => {
    const world = await settledWorld();
    const before = world.ad.objects.size;
    world.behaviour.change({
      faults: [{ path: '\\$batch', next: 1, effect: { kind: 'status', status: 500 } }],
    });
    expect(await swept(world, 'user')).toMatchObject({ called: 0, compared: size });
    expect(world.named('sweep.deferred')).toHaveLength(1);
    expect(world.ad.objects.size).toBe(before);
  });

  it('asks for each by itself where Graph takes no batch', async () => {
    const world = await settledWorld();
    world.behaviour.change({
      faults: [{ path: '\\$batch', next: 1, effect: { kind: 'status', status: 400, code: 'BadRequest' } }],
    });
    expect(await swept(world, 'device')).toMatchObject({ called: 0, compared: (size * 2) / 3 });
    expect(world.named('sweep.deferred')).toEqual([]);
  });

  it('tells by a report what differs in users, and writes nothing', async () => {
    const world = await settledWorld();
    const [first] = world.users;
    const object = world.ad.objects.get(`user:${first}`);
    if (!object) throw new Error('The user is not in AD.');
    object.attributes = new Map([...object.attributes, ['department', ['"Elsewhere"']]]);
    const writes = world.ad.writes();
    expect(await swept(world, 'user', { report: true })).toMatchObject({ called: 0, differing: 1 });
    expect(world.ad.writes()).toBe(writes);
  });
});
