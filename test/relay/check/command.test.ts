import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { type Broker, startBroker } from '../../../local/service-bus/broker.ts';
import { type CheckOptions, checkCommand } from '../../../relay/check/index.ts';
import { defaultPolicy } from '../../../shared/policy/index.ts';
import { type CheckWorld, startCheckWorld } from './world.ts';

let world: CheckWorld;
let broker: Broker;
let folder: string;
beforeAll(async () => {
  world = await startCheckWorld();
  broker = await startBroker({ entities: 'infra/service-bus.json' });
  folder = await mkdtemp(join(tmpdir(), 'check-command-'));
  await settings('relay.yaml');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await broker.stop();
  await world.forest.stop();
});

async function settings(name: string, more: object = {}): Promise<string> {
  const file = join(folder, name);
  const content = {
    name: 'relay-1',
    directory: {
      urls: world.forest.relay.urls,
      caFile: world.forest.relay.caFile,
      bindDn: 'svc-writeback@lab.test',
      passwordEnv: 'RELAY_CHECK_PASSWORD',
    },
    serviceBus: { connectionString: broker.connectionString },
    containers: ['OU=EntraWriteback'],
    ...more,
  };
  await writeFile(file, stringify(content));
  return file;
}

/** The command as somebody sees it at a console. */
async function check(options: Omit<CheckOptions, 'config'> & { readonly config?: string } = {}) {
  let said = '';
  let complained = '';
  const status = await checkCommand(
    { config: join(folder, 'relay.yaml'), ...options },
    {
      say: (text) => {
        said += text;
      },
      complain: (text) => {
        complained += text;
      },
    },
  );
  return { status, said, complained };
}

/** The line of a report with this id. */
async function lineOf(id: string, options: Parameters<typeof check>[0] = {}): Promise<unknown> {
  const { lines } = JSON.parse((await check({ ...options, json: true })).said);
  return lines.find((line: { id: string }) => line.id === id);
}

test('errors end it with 1, and what mends them ends it with 0, or 1 where warnings count', async () => {
  const before = await check();
  expect(before.status).toBe(1);
  expect(before.said).toMatch(/✗ Target container +OU=EntraWriteback/);
  await world.forest.prepare({ kind: 'group' });
  expect((await check()).status).toBe(0);
  expect((await check({ strict: true })).status).toBe(1);
});

test('as JSON it can be read by programs', async () => {
  const report = JSON.parse((await check({ json: true })).said);
  expect(report.status).toBe('warning');
  expect(report.lines[0]).toMatchObject({ id: 'connection', title: 'Connection', status: 'ok' });
  for (const line of report.lines) expect('remedy' in line).toBe(line.status !== 'ok');
});

test('it asks the namespace itself, and says what is wrong with it', async () => {
  expect(await lineOf('service-bus')).toMatchObject({ status: 'ok' });
  const closed = broker.connectionString.replace(/:\d+;/, ':1;');
  const config = await settings('closed.yaml', { serviceBus: { connectionString: closed } });
  expect(await lineOf('service-bus', { config })).toMatchObject({
    status: 'error',
    detail: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/),
    remedy: expect.stringContaining('Data Receiver'),
  });
});

test('a namespace from which intents cannot be read is an error, though outcomes can be sent', async () => {
  const entities = await readFile('infra/service-bus.json', 'utf8');
  const file = join(folder, 'entities.json');
  await writeFile(file, entities.replace('"Name": "intents"', '"Name": "others"'));
  const other = await startBroker({ entities: file });
  try {
    const serviceBus = { connectionString: other.connectionString };
    const config = await settings('half.yaml', { serviceBus });
    expect(await lineOf('service-bus', { config })).toMatchObject({
      status: 'error',
      detail: expect.stringContaining('intents'),
    });
  } finally {
    await other.stop();
  }
});

test('it says by which policy the cloud decided last, and whether it is the one that is at hand', async () => {
  const state = join(folder, 'state');
  await mkdir(state);
  expect(await lineOf('policy')).toMatchObject({
    status: 'warning',
    remedy: expect.stringContaining('entra-writeback sweep'),
  });
  const seen = { version: defaultPolicy().version, at: '2026-03-01T08:00:00.000Z' };
  await writeFile(join(state, 'policy-seen.json'), JSON.stringify(seen));
  expect(await lineOf('policy')).toMatchObject({
    status: 'ok',
    detail: `The last intent was decided by policy ${seen.version} at ${seen.at}.`,
  });
  const policy = join(folder, 'other-policy.yaml');
  await writeFile(policy, '');
  expect(await lineOf('policy', { policy })).toMatchObject({ status: 'ok' });
  await writeFile(policy, 'groups: [{ rule: All }]\n');
  expect(await lineOf('policy', { policy })).toMatchObject({
    status: 'warning',
    detail: expect.stringMatching(/decided by policy .* The file that was given is [0-9a-f]{12}/),
  });
  await rm(join(state, 'policy-seen.json'));
  await mkdir(join(state, 'policy-seen.json'));
  expect(await lineOf('policy')).toMatchObject({
    status: 'warning',
    remedy: expect.stringContaining('user of the relay'),
  });
  await rm(state, { recursive: true });
});

test('wrong settings or a wrong policy end it with 2 and say where', async () => {
  await writeFile(join(folder, 'wrong.yaml'), 'nam: relay-1\n');
  expect(await check({ config: join(folder, 'wrong.yaml') })).toMatchObject({
    status: 2,
    complained: expect.stringContaining('nam'),
  });
  await writeFile(join(folder, 'policy.yaml'), 'groups: [{ rul: x }]\n');
  expect(await check({ policy: join(folder, 'policy.yaml') })).toMatchObject({
    status: 2,
    complained: expect.stringContaining('rul'),
  });
  expect(await check({ policy: join(folder, 'none.yaml') })).toMatchObject({ status: 2 });
});
