import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { repository } from '../../infra/package/folders.ts';
import { relayPackage } from '../../infra/package/relay-package.ts';
import { zip } from '../../infra/package/zip.ts';
import { search } from '../../local/samba/search.ts';
import { startSeededController } from '../../local/samba/seeded-controller.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { openAppliedRecord } from '../../relay/guard/applied-record.ts';
import { createBus } from '../../shared/bus/index.ts';
import type { Outcome } from '../../shared/domain/index.ts';
import { desiredGroup, writeIntent } from '../relay/intents.ts';
import { collectOutcomes } from '../relay/outcomes.ts';
import { type RelayProcess, startProcess } from '../relay/process.ts';
import { unpack } from './unpack.ts';

/** install.sh of a newer package, run beside a relay that is busy: nothing is lost, and nothing is done twice. */

const groups = 60;

let root: string;
let unpacked: string;
let controller: Awaited<ReturnType<typeof startSeededController>>;
let broker: Broker;
let client: ServiceBusClient;
const running: RelayProcess[] = [];
const collecting = new AbortController();
const outcomes: Outcome[] = [];

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'entra-writeback-upgrade-'));
  unpacked = await unpack(zip(await relayPackage()));
  controller = await startSeededController({ seed: {} });
  broker = await startBroker({ entities: join(repository, 'infra/service-bus.json') });
  client = new ServiceBusClient(broker.connectionString);
  void collectOutcomes(client, collecting.signal, (outcome) => outcomes.push(outcome));
});

afterAll(async () => {
  collecting.abort();
  for (const relay of running) relay.signal('SIGKILL');
  await client.close();
  await broker.stop();
  await controller.dc.stop();
  for (const folder of [root, unpacked]) await rm(folder, { recursive: true });
});

const install = () =>
  promisify(execFile)('sh', [join(unpacked, 'linux/install.sh')], {
    env: { PATH: process.env.PATH ?? '', DESTDIR: root, NODE: process.execPath },
  });

const settings = join('etc/entra-writeback/relay.yaml');

/** Starts what is installed, as the unit does. */
function start(): RelayProcess {
  const program = join(root, 'opt/entra-writeback/entra-writeback-relay.mjs');
  const relay = startProcess(['--config', join(root, settings)], program);
  running.push(relay);
  return relay;
}

const applied = (): number =>
  new Set(outcomes.filter(({ result }) => result === 'applied').map(({ intentId }) => intentId)).size;

test('a newer package installed in the middle of the work takes it over', async () => {
  await install();
  const state = join(root, 'var/lib/entra-writeback');
  const { dc, directory } = controller;
  await writeFile(join(root, 'password'), directory.serviceAccount.password);
  const own = stringify({
    name: 'upgraded',
    mode: 'run',
    directory: {
      urls: [dc.url],
      caFile: dc.caFile,
      bindDn: directory.serviceAccount.bindDn,
      passwordFile: join(root, 'password'),
    },
    serviceBus: { connectionString: broker.connectionString },
    containers: [directory.writebackOu],
    stateDirectory: state,
    health: { port: 0 },
    concurrency: 2,
  });
  await writeFile(join(root, settings), own);
  const wanted = Array.from({ length: groups }, () => writeIntent(desiredGroup()));
  await createBus(client).send(
    'intents',
    wanted.map((body) => ({ body })),
  );

  const before = start();
  await vi.waitFor(() => expect(applied()).toBeGreaterThan(5), { timeout: 20_000, interval: 5 });
  await appendFile(join(unpacked, 'entra-writeback-relay.mjs'), '\n// a newer one\n');
  await install();
  before.signal('SIGTERM');
  expect(await before.exited).toBe(0);
  const done = applied();
  expect(done).toBeLessThan(groups);

  const after = start();
  await after.logged('relay.ready');
  await vi.waitFor(() => expect(applied()).toBe(groups), { timeout: 30_000, interval: 20 });
  after.signal('SIGTERM');
  expect(await after.exited).toBe(0);

  expect(await readFile(join(root, settings), 'utf8')).toBe(own);
  const found = await search(dc, directory.writebackOu, '(adminDescription=Group_*)');
  expect(found).toHaveLength(groups);
  const plans = await (await openAppliedRecord(state)).latest(10 * groups);
  expect(plans.map(({ intentId }) => intentId).sort()).toEqual(wanted.map(({ intentId }) => intentId).sort());
  expect(broker.counts('intents').active).toBe(0);
}, 60_000);
