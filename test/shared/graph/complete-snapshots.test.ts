import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LiveSnapshot, ObjectKind } from '../../../shared/domain/index.ts';
import type { Graph, ReadNeeds } from '../../../shared/graph/index.ts';
import { startServer } from './support/server.ts';
import { clientOf, group, startWorld, syncedUser, user, type World } from './support/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const everything: ReadNeeds = { owners: true, administrativeUnits: true, syncBehavior: true, manager: true };

/** The objects of a kind as its list shows them. */
async function listed(graph: Graph, kind: ObjectKind): Promise<readonly LiveSnapshot[]> {
  const all: LiveSnapshot[] = [];
  for await (const page of graph.listObjects(kind)) {
    if ('failed' in page) throw new Error(page.failed.message);
    all.push(...page.snapshots);
  }
  return all;
}

async function completed(graph: Graph, snapshots: readonly LiveSnapshot[], needs = everything) {
  const answer = await graph.completeSnapshots(snapshots, needs);
  if (answer.outcome !== 'complete') throw new Error(answer.why.message);
  return answer.value;
}

const device = (name: string) => ({
  displayName: name,
  deviceId: crypto.randomUUID(),
  accountEnabled: true,
  trustType: 'AzureAd',
});

describe('snapshots of a list', () => {
  it('are completed to what a read of each object gives, twenty requests to a batch', async () => {
    const { tenant } = world;
    const boss = tenant.create('user', syncedUser('Boss', 1104));
    const people = Array.from({ length: 30 }, (_, index) =>
      tenant.create('user', user(`Person ${index}`), index % 2 === 0 ? { manager: [boss.id] } : {}),
    );
    const made = tenant.create('group', group('Owned'), { owners: people.slice(0, 3).map(({ id }) => id) });
    tenant.create('administrativeUnit', { displayName: 'Berlin' }, { members: [made.id] });
    tenant.create('device', device('LAPTOP'), {
      registeredOwners: [boss.id],
      registeredUsers: [boss.id, people[0]?.id ?? ''],
    });
    for (const [kind, batches] of [
      ['group', 1],
      ['user', 2],
      ['device', 1],
    ] as const) {
      const { graph, seen } = world.client();
      const list = await listed(graph, kind);
      seen.splice(0);
      const whole = await completed(graph, list);
      expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(batches);
      expect(whole.size).toBe(list.length);
      for (const { id } of list) {
        const read = await graph.readObject({ kind, id }, everything);
        if (read.outcome !== 'complete' || read.value.presence === 'notFound') throw new Error(`No ${id}.`);
        expect(whole.get(id)).toEqual({ ...read.value.snapshot, readAt: whole.get(id)?.readAt });
      }
    }
  });

  it('are asked for what is needed only, and nothing of users that AD masters', async () => {
    const { graph, seen } = world.client();
    const synced = await listed(graph, 'user');
    seen.splice(0);
    await completed(graph, await listed(graph, 'group'), { owners: true });
    const routes = new Set(seen.map(({ route }) => route));
    expect([...routes].filter((route) => /owners|memberOf|Behavior/.test(route))).toEqual([
      '/v1.0/groups/{id}/owners',
    ]);
    seen.splice(0);
    const only = synced.filter((one) => one.kind === 'user' && one.properties.onPremisesSyncEnabled);
    expect([...(await completed(graph, only)).values()]).toEqual(only);
    expect(seen).toEqual([]);
  });

  it('are absent where the object has gone meanwhile', async () => {
    const { graph } = world.client();
    const made = world.tenant.create('group', group('Short-lived'));
    const list = await listed(graph, 'group');
    world.tenant.softDelete(made.id);
    world.tenant.purge(made.id);
    const whole = await completed(graph, list, { owners: true });
    expect(list.map(({ id }) => id).filter((id) => !whole.has(id))).toEqual([made.id]);
  });

  it('are absent, each for itself, where Graph refuses, tells less than all, or nothing', async () => {
    const { graph } = world.client();
    const cloud = (await listed(graph, 'user'))
      .filter((one) => one.kind === 'user' && !one.properties.onPremisesSyncEnabled)
      .slice(0, 3);
    const server = await startServer();
    const boss = '11111111-1111-4111-8111-111111111111';
    server.script.push({
      body: {
        responses: [
          { id: '0', status: 403, headers: {}, body: { error: { code: 'Authorization_RequestDenied' } } },
          { id: '2', status: 200, headers: {}, body: { id: boss } },
        ],
      },
    });
    const whole = await completed(clientOf(server.url).graph, cloud, { manager: true });
    await server.stop();
    expect(cloud.map(({ id }) => whole.get(id)?.properties)).toEqual([
      undefined,
      undefined,
      { ...cloud[2]?.properties, manager: boss },
    ]);
  });

  it('are absent where a list goes on after its first page', async () => {
    const { graph } = world.client();
    const devices = (await listed(graph, 'device')).slice(0, 1);
    const server = await startServer();
    const more = {
      value: [],
      '@odata.nextLink': `${server.url}/v1.0/devices/x/registeredUsers?$skiptoken=1`,
    };
    server.script.push({
      body: {
        responses: [
          { id: '0', status: 200, headers: {}, body: { value: [] } },
          { id: '1', status: 200, headers: {}, body: more },
        ],
      },
    });
    expect(await completed(clientOf(server.url).graph, devices)).toEqual(new Map());
    await server.stop();
  });

  it('are not known at all where a batch fails as a whole', async () => {
    const list = await listed(world.client().graph, 'device');
    const server = await startServer();
    const { graph } = clientOf(server.url);
    server.script.push({ status: 409, body: { error: { code: 'Conflict', message: 'not now' } } });
    expect(await graph.completeSnapshots(list, everything)).toMatchObject({
      outcome: 'failed',
      why: { status: 409 },
    });
    await server.stop();
  });
});
