import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LdapProxy, startLdapProxy } from '../../local/ldap-proxy/ldap-proxy.ts';
import { find, search } from '../../local/samba/search.ts';
import { startSeededController } from '../../local/samba/seeded-controller.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { createBus } from '../../shared/bus/index.ts';
import { type DesiredGroup, type Intent, markerOf } from '../../shared/domain/index.ts';
import { bySid, complete, delta, desiredGroup, removeIntent, writeIntent } from './intents.ts';
import { type RelayFolder, type RelayProcess, relayFolder, startProcess } from './process.ts';

type Controller = Awaited<ReturnType<typeof startSeededController>>;

let controller: Controller;
let proxy: LdapProxy | undefined;
let broker: Broker;
let client: ServiceBusClient;
let folder: RelayFolder;
const running: RelayProcess[] = [];

beforeAll(async () => {
  controller = await startSeededController({ seed: { writeback: ['group', 'user', 'device'] } });
  const { url, caFile } = controller.dc;
  if (process.env.RELAY_TEST_THROUGH === 'proxy') proxy = await startLdapProxy({ upstream: { url, caFile } });
  broker = await startBroker({ entities: 'infra/service-bus.json' });
  client = new ServiceBusClient(broker.connectionString);
  folder = await relayFolder();
  await folder.write('password.txt', `${controller.directory.serviceAccount.password}\n`);
});
afterEach(async () => {
  for (const one of running.splice(0)) {
    one.signal('SIGKILL');
    await one.exited;
  }
});
afterAll(async () => {
  await client.close();
  await broker.stop();
  await proxy?.stop();
  await controller.dc.stop();
  await folder.remove();
});

const settings = (more: object = {}) => ({
  name: 'relay-1',
  mode: 'run',
  directory: {
    urls: [(proxy ?? controller.dc).url],
    caFile: (proxy ?? controller.dc).caFile,
    bindDn: controller.directory.serviceAccount.bindDn,
    passwordFile: 'password.txt',
  },
  serviceBus: { connectionString: broker.connectionString },
  containers: ['OU=EntraWriteback'],
  health: { port: 0 },
  ...more,
});
const start = async (file: string, content: object, ...args: string[]): Promise<RelayProcess> => {
  const relay = startProcess(['--config', await folder.write(file, content), ...args]);
  running.push(relay);
  return relay;
};
const send = (...intents: readonly Intent[]): Promise<void> =>
  createBus(client).send(
    'intents',
    intents.map((body) => ({ body })),
  );
const dnOf = ({ commonName }: DesiredGroup): string => `CN=${commonName},${controller.directory.writebackOu}`;
const sids = (from: number, to: number) =>
  controller.directory.people.slice(from, to).map(({ sid }) => bySid(sid));

describe('the process', () => {
  test('becomes ready, answers on its health port, and ends at once when it is told to', async () => {
    const relay = await start('relay.yaml', settings());
    const ready = await relay.logged('relay.ready');
    expect(ready).toMatchObject({ name: 'relay-1', mode: 'run', domain: 'lab.test', level: 'info' });
    const response = await fetch(`http://127.0.0.1:${String(ready.healthPort)}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      healthy: true,
      directory: { state: 'up' },
      queue: { state: 'up' },
    });
    expect((await fetch(`http://127.0.0.1:${String(ready.healthPort)}/`)).status).toBe(404);
    relay.signal('SIGTERM');
    expect(await relay.exited).toBe(0);
    expect(relay.lines.at(-1)).toMatchObject({ event: 'relay.stopped' });
  });

  test('refuses wrong settings with all their errors and the code 2', async () => {
    const relay = await start('wrong.yaml', settings({ mode: 'fast', containers: [], colour: 'red' }));
    expect(await relay.exited).toBe(2);
    expect(relay.errors.join('\n')).toMatch(
      /line 2, mode: .*\n.*containers: needs at least one.*\n.*colour: is not a setting/,
    );
  });

  test('does not start beside another one on the same state directory', async () => {
    const first = await start('relay.yaml', settings());
    await first.logged('relay.ready');
    const second = await start('second.yaml', settings());
    expect(await second.exited).toBe(1);
    expect(String((await second.logged('relay.cannotStart')).message)).toMatch(
      /Another relay uses the state directory/,
    );
  });
});

describe('a directory that does not let the relay in', () => {
  test('is waited for: a wrong password is named, and a mended one taken up without a restart', async () => {
    await folder.write('other.txt', 'Hunter-2');
    const directory = { ...settings().directory, passwordFile: 'other.txt' };
    const relay = await start('relay.yaml', settings({ directory }));
    const lost = await relay.logged('directory.lost');
    expect(lost).toMatchObject({ code: 'CREDENTIALS_REJECTED', level: 'error' });
    expect(String(lost.message)).not.toContain('Hunter-2');
    const desired = desiredGroup();
    await send(writeIntent(desired));
    expect(broker.peek('intents')).toMatchObject([{ deliveryCount: 0, state: 'active' }]);
    await folder.write('other.txt', controller.directory.serviceAccount.password);
    await relay.logged('intent.applied');
    expect(await find(controller.dc, dnOf(desired), ['cn'])).toBeDefined();
  });

  test('is named when its certificate is not to be trusted', async () => {
    const { caFile: _, ...directory } = settings().directory;
    const relay = await start('relay.yaml', settings({ directory }));
    expect(await relay.logged('directory.lost')).toMatchObject({ code: 'CERTIFICATE_ISSUER_UNKNOWN' });
  });
});

// Each life of a relay is a process that has to start.
describe('killed at any moment', { timeout: 60_000 }, () => {
  test('the next one finishes: every group is as desired, and none was made twice', async () => {
    const groups = Array.from({ length: 40 }, () => desiredGroup());
    await send(...groups.map((desired) => writeIntent(desired, complete(sids(0, 3)))));
    await send(...groups.map((desired) => writeIntent(desired, delta(sids(3, 5), sids(0, 1)))));
    for (let life = 1; life <= 5; life += 1) {
      const relay = await start('relay.yaml', settings());
      await relay.logged('intent.applied', life * 2);
      relay.signal('SIGKILL');
      await relay.exited;
      broker.dropClients();
    }
    const last = await start('relay.yaml', settings());
    await until(() => broker.counts('intents').active + broker.counts('intents').locked === 0);
    last.signal('SIGTERM');
    expect(await last.exited).toBe(0);
    const expected = controller.directory.people
      .slice(1, 5)
      .map(({ dn }) => dn)
      .sort();
    const { writebackOu } = controller.directory;
    const made = await search(controller.dc, writebackOu, '(objectClass=group)', [
      'adminDescription',
      'member',
    ]);
    for (const desired of groups) {
      const own = made.filter(({ values }) => values.adminDescription?.[0] === markerOf(desired));
      expect(own.map(({ values }) => [...(values.member ?? [])].sort())).toEqual([expected]);
    }
    expect(broker.counts('intents').deadLetter).toBe(0);
  });
});

describe('two relays at once', { timeout: 60_000 }, () => {
  test('share the work, keep the order of each object, and write every change once', async () => {
    const one = await start('one.yaml', settings({ name: 'one', stateDirectory: join(folder.path, 'one') }));
    const two = await start('two.yaml', settings({ name: 'two', stateDirectory: join(folder.path, 'two') }));
    await Promise.all([one.logged('relay.ready'), two.logged('relay.ready')]);
    const groups = Array.from({ length: 20 }, () => desiredGroup());
    for (const round of [1, 2, 3, 4])
      await send(
        ...groups.map((desired) =>
          writeIntent({
            ...desired,
            attributes: [{ name: 'displayName', values: [`Round ${round}`], when: 'always' }],
          }),
        ),
      );
    await until(() => broker.counts('intents').active + broker.counts('intents').locked === 0);
    for (const desired of groups)
      expect((await find(controller.dc, dnOf(desired), ['displayName']))?.values.displayName).toEqual([
        'Round 4',
      ]);
    const applied = [one, two].map(
      ({ lines }) => lines.filter(({ event }) => event === 'intent.applied').length,
    );
    expect(applied.reduce((sum, count) => sum + count, 0)).toBe(80);
    expect(Math.min(...applied)).toBeGreaterThan(0);
  });

  test('one dies in the middle, and the other finishes', async () => {
    const one = await start('one.yaml', settings({ name: 'one', stateDirectory: join(folder.path, 'one') }));
    const two = await start('two.yaml', settings({ name: 'two', stateDirectory: join(folder.path, 'two') }));
    await Promise.all([one.logged('relay.ready'), two.logged('relay.ready')]);
    const groups = Array.from({ length: 60 }, () => desiredGroup());
    await send(...groups.map((desired) => writeIntent(desired, complete(sids(0, 3)))));
    await one.logged('intent.applied', 5);
    one.signal('SIGKILL');
    await one.exited;
    broker.dropClients();
    await until(() => broker.counts('intents').active + broker.counts('intents').locked === 0);
    const made = await search(controller.dc, controller.directory.writebackOu, '(objectClass=group)', [
      'adminDescription',
      'member',
    ]);
    for (const desired of groups) {
      const own = made.filter(({ values }) => values.adminDescription?.[0] === markerOf(desired));
      expect(own.map(({ values }) => values.member?.length)).toEqual([3]);
    }
  });

  test('keep a budget in total, each within its share', async () => {
    const budgets = { relays: 2, deletions: { perHour: 9, perDay: 9 } };
    const share = (name: string) =>
      start(`${name}.yaml`, settings({ name, budgets, stateDirectory: join(folder.path, `share-${name}`) }));
    const relays = [await share('one'), await share('two')];
    await Promise.all(relays.map((relay) => relay.logged('relay.ready')));
    const groups = Array.from({ length: 30 }, () => desiredGroup());
    const idle = (): boolean => broker.counts('intents').active + broker.counts('intents').locked === 0;
    await send(...groups.map((desired) => writeIntent(desired)));
    await until(idle);
    await send(...groups.map((desired) => removeIntent({ kind: 'group', id: desired.id }, 'delete')));
    const counted = (fits: (line: RelayProcess['lines'][number]) => boolean): number[] =>
      relays.map(({ lines }) => lines.filter(fits).length);
    const deleted = () =>
      counted(({ event, operations }) => event === 'intent.applied' && operations === 'delete');
    const held = () => counted(({ event }) => event === 'intent.held');
    await until(() => sum([...deleted(), ...held()]) === groups.length);
    expect(Math.max(...deleted())).toBeLessThanOrEqual(4);
    const left = await search(controller.dc, controller.directory.writebackOu, '(objectClass=group)', ['cn']);
    const names = new Set(groups.map(({ commonName }) => commonName));
    expect(left.filter(({ values }) => names.has(values.cn?.[0] ?? ''))).toHaveLength(30 - sum(deleted()));
  });
});

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Looks every 20 ms; the test's own time-out ends a wait that never does. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((later) => setTimeout(later, 20));
}
