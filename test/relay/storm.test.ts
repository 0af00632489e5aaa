import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type LdapProxy, startLdapProxy } from '../../local/ldap-proxy/ldap-proxy.ts';
import { withConnection } from '../../local/samba/connection.ts';
import { search } from '../../local/samba/search.ts';
import { startSeededController } from '../../local/samba/seeded-controller.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { pause } from '../../relay/pause.ts';
import { type Bus, createBus } from '../../shared/bus/index.ts';
import { type DesiredGroup, markerOf, type Outcome, type WriteIntent } from '../../shared/domain/index.ts';
import { bySid, complete, delta, desiredGroup, writeIntent } from './intents.ts';
import { collectOutcomes } from './outcomes.ts';
import { type RelayFolder, type RelayProcess, relayFolder, startProcess } from './process.ts';

/**
 * Two relays on one queue, behind a proxy that is as strict as Windows AD, while everything breaks:
 * relays are killed, the domain controller dies, connections are cut before and after a write.
 */

let controller: Awaited<ReturnType<typeof startSeededController>>;
let proxy: LdapProxy;
let broker: Broker;
let client: ServiceBusClient;
let bus: Bus;
let folder: RelayFolder;
const running = new Map<string, RelayProcess>();
const outcomes: Outcome[] = [];
const collecting = new AbortController();

beforeAll(async () => {
  controller = await startSeededController({ seed: { bringBack: true } });
  const { dc } = controller;
  proxy = await startLdapProxy({ upstream: { url: dc.url, caFile: dc.caFile } });
  // Whoever is killed keeps the lock of a session until it expires.
  const entities = JSON.parse((await readFile('infra/service-bus.json', 'utf8')).replaceAll('PT1M', 'PT3S'));
  broker = await startBroker({ entities });
  client = new ServiceBusClient(broker.connectionString);
  bus = createBus(client);
  folder = await relayFolder();
  await folder.write('password.txt', controller.directory.serviceAccount.password);
  void collectOutcomes(client, collecting.signal, (outcome) => outcomes.push(outcome));
});

afterAll(async () => {
  collecting.abort();
  for (const relay of running.values()) relay.signal('SIGKILL');
  await client.close();
  await broker.stop();
  await proxy.stop();
  await controller.dc.stop();
  await folder.remove();
});

async function startRelay(name: string): Promise<void> {
  const file = await folder.write(`${name}.yaml`, {
    name,
    mode: 'run',
    directory: {
      urls: [proxy.url],
      caFile: proxy.caFile,
      bindDn: controller.directory.serviceAccount.bindDn,
      passwordFile: 'password.txt',
    },
    serviceBus: { connectionString: broker.connectionString },
    containers: [controller.directory.writebackOu],
    budgets: { relays: 2 },
    stateDirectory: join(folder.path, name),
    health: { port: 0 },
  });
  const relay = startProcess(['--config', file]);
  running.set(name, relay);
}

/** Chance that can be repeated: the seed stands in what a failure says. */
const seed = Date.now() % 2 ** 31;
let state = seed;
const below = (limit: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return (state >>> 8) % limit;
};

const send = (...intents: readonly WriteIntent[]): Promise<void> =>
  bus.send(
    'intents',
    intents.map((body) => ({ body })),
  );
const people = (...indexes: readonly number[]) =>
  indexes.map((index) => bySid(controller.directory.people[index]?.sid ?? ''));
const named = (desired: DesiredGroup, name: string): DesiredGroup => ({
  ...desired,
  attributes: [{ name: 'displayName', values: [name], when: 'always' }],
});

/** The part of the cloud: what failed is asked for again, until the last intent of every object is done. */
async function untilAllAreSettled(last: ReadonlyMap<string, WriteIntent>): Promise<void> {
  const open = new Map(last);
  let seen = 0;
  await vi.waitFor(
    async () => {
      for (const outcome of outcomes.slice(seen)) {
        seen += 1;
        const intent = open.get(outcome.object.id);
        if (!intent || outcome.intentId !== intent.intentId) continue;
        if (outcome.result === 'failed') await send(intent);
        else open.delete(outcome.object.id);
      }
      expect([...open.keys()]).toEqual([]);
    },
    { timeout: 50_000, interval: 50 },
  );
}

const groupsNow = () =>
  search(controller.dc, controller.directory.writebackOu, '(objectClass=group)', [
    'adminDescription',
    'displayName',
    'member',
    'objectGUID',
    'objectSid',
  ]);

test('200 plans end in the directory as desired, nothing twice, every object the same as before', async () => {
  await deleteOneByHand();
  const groups = Array.from({ length: 50 }, () => desiredGroup());
  const old = groups.slice(0, 25);
  await startRelay('one');
  const first = new Map(old.map((desired) => [desired.id, writeIntent(desired, complete(people(0, 1, 2)))]));
  await send(...first.values());
  await untilAllAreSettled(first);
  const before = new Map(
    (await groupsNow()).map((entry) => [entry.values.adminDescription?.[0], entry.bytes]),
  );
  await startRelay('two');

  const last = new Map<string, WriteIntent>();
  const expected = new Map<string, { readonly name: string; readonly members: readonly string[] }>();
  const rounds = groups.map((desired) => {
    const end = [...new Set([below(10), below(10), 10 + below(5)])];
    const final = writeIntent(named(desired, 'Round 4'), complete(people(...end)));
    last.set(desired.id, final);
    expected.set(markerOf(desired), {
      name: 'Round 4',
      members: end.map((index) => controller.directory.people[index]?.dn ?? '').sort(),
    });
    return [
      writeIntent(named(desired, 'Round 1'), complete(people(0, 1, 2, 3))),
      writeIntent(named(desired, 'Round 2'), delta(people(4, 5), people(0))),
      writeIntent(named(desired, 'Round 3'), delta(people(6), people(5))),
      final,
    ];
  });
  for (const round of [0, 1, 2, 3]) await send(...rounds.flatMap((intents) => intents[round] ?? []));

  const calm = new AbortController();
  const disturbed = disturb(calm.signal);
  await untilAllAreSettled(last);
  calm.abort();
  expect(await disturbed, `seed ${seed}`).toBeGreaterThan(3);

  const made = await groupsNow();
  const found = new Map(
    made.map(({ values }) => [
      values.adminDescription?.[0],
      { name: values.displayName?.[0], members: [...(values.member ?? [])].sort() },
    ]),
  );
  expect(made, `seed ${seed}`).toHaveLength(groups.length);
  expect(found, `seed ${seed}`).toEqual(expected);
  for (const desired of old) {
    const now = made.find(({ values }) => values.adminDescription?.[0] === markerOf(desired));
    const then = before.get(markerOf(desired));
    expect([now?.bytes.objectGUID, now?.bytes.objectSid]).toEqual([then?.objectGUID, then?.objectSid]);
  }
  expect(await deletedGroups()).toEqual([expect.stringContaining('Sales by hand')]);
  expect(broker.counts('intents').deadLetter).toBe(0);
}, 60_000);

/**
 * Kills a relay after some more intents, again and again, the domain controller once, and cuts
 * connections all the while, until it is calm. Answers how often something died.
 */
async function disturb(calm: AbortSignal): Promise<number> {
  let deaths = 0;
  for (; deaths < 8; deaths += 1) {
    for (const kind of ['cutBefore', 'cutAfter'] as const) {
      const operation = below(3) === 0 ? 'add' : 'modify';
      proxy.faults.order({ operation, fault: { kind }, after: below(6) });
    }
    const enough = outcomes.length + 5 + below(15);
    while (outcomes.length < enough && !calm.aborted) await pause(5, calm);
    if (calm.aborted) break;
    if (deaths === 2) {
      await controller.dc.kill();
      await controller.dc.restart();
    } else {
      const name = below(2) === 0 ? 'one' : 'two';
      const relay = running.get(name);
      relay?.signal('SIGKILL');
      await relay?.exited;
      await startRelay(name);
    }
  }
  proxy.faults.clear();
  return deaths;
}

/** So that a deleted group would be seen. */
const deleteOneByHand = (): Promise<void> =>
  withConnection(controller.dc, async (administrator) => {
    const dn = `CN=Sales by hand,${controller.directory.writebackOu}`;
    await administrator.add(dn, { objectClass: 'group' });
    await administrator.del(dn);
  });

/** What was deleted in the domain: nothing is ever deleted to be made again. */
const deletedGroups = async (): Promise<readonly string[]> =>
  (
    await search(controller.dc, controller.dc.baseDn, '(isDeleted=TRUE)', ['cn'], {
      controls: ['1.2.840.113556.1.4.417'],
    })
  )
    .map(({ dn }) => dn)
    .filter((dn) => dn.startsWith('CN=Sales'));
