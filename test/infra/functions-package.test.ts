import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { repository } from '../../infra/package/folders.ts';
import { type FunctionsPackage, functionsPackage } from '../../infra/package/functions-package.ts';
import { zip } from '../../infra/package/zip.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { type HostProcess, startHostProcess } from '../local/functions-host/host-process.ts';
import { unpack } from './unpack.ts';

let built: FunctionsPackage;
let folder = '';

beforeAll(async () => {
  built = await functionsPackage({});
  folder = await unpack(zip(built.files));
});

afterAll(() => folder && rm(folder, { recursive: true }));

const textOf = (name: string): string => new TextDecoder().decode(built.files[name]);

test('the package holds what Azure reads and nothing else', () => {
  expect(Object.keys(built.files).sort()).toEqual([
    'THIRD-PARTY-NOTICES.txt',
    'host.json',
    'index.mjs',
    'package.json',
    'policy.yaml',
  ]);
  expect(JSON.parse(textOf('package.json'))).toMatchObject({ type: 'module', main: 'index.mjs' });
});

test('the package is the same bytes each time it is built', async () => {
  const again = await functionsPackage({});
  expect(Buffer.compare(zip(again.files), zip(built.files))).toBe(0);
});

test('the package names no folder of the machine that built it', () => {
  for (const name of Object.keys(built.files)) expect(textOf(name)).not.toContain(repository);
});

test('the package fits into 1.5 MB, so that an instance loads it quickly', () => {
  expect(zip(built.files).length).toBeLessThan(1.5 * 1024 * 1024);
});

test('the licence of every bundled library travels with it', () => {
  const notices = textOf('THIRD-PARTY-NOTICES.txt');
  for (const name of ['@azure/functions', '@azure/service-bus', 'zod', 'yaml', 're2js']) {
    expect(notices).toMatch(new RegExp(`^${name} \\d`, 'm'));
  }
  expect(notices).not.toMatch(/^vitest \d/m);
});

test('a policy that does not load is refused before it is deployed', async () => {
  const file = join(folder, 'wrong.yaml');
  await writeFile(file, 'tenantDefault: perhaps\n');
  await expect(functionsPackage({ policyFile: file })).rejects.toThrow(/wrong\.yaml.*tenantDefault/s);
});

test('a policy that loads is in the package as it was written', async () => {
  const file = join(folder, 'own.yaml');
  const own = '# ours\ntenantDefault: off\n';
  await writeFile(file, own);
  const { files } = await functionsPackage({ policyFile: file });
  expect(new TextDecoder().decode(files['policy.yaml'])).toBe(own);
});

test('an alerts.yaml is checked and travels with the policy', async () => {
  const file = join(folder, 'routes.yaml');
  await writeFile(file, 'routes: nobody\n');
  await expect(functionsPackage({ alertsFile: file })).rejects.toThrow(/routes\.yaml/);

  await writeFile(
    file,
    'channels:\n  siem: { kind: webhook, urlSetting: SIEM_URL }\nroutes: [{ route: all, to: [siem] }]\n',
  );
  const { files } = await functionsPackage({ alertsFile: file });
  expect(new TextDecoder().decode(files['alerts.yaml'])).toContain('SIEM_URL');
});

describe('unpacked far from the sources', () => {
  let broker: Broker;
  let host: HostProcess;

  beforeAll(async () => {
    broker = await startBroker({ entities: join(repository, 'infra/service-bus.json') });
    host = await startHostProcess({ args: ['--directory', folder], settings: settings() });
  });

  afterAll(async () => {
    await host?.stop();
    await broker?.stop();
  });

  const settings = (): Readonly<Record<string, string>> => ({
    ServiceBus: broker.connectionString,
    POLICY_FILE: join(folder, 'policy.yaml'),
    NOTIFICATION_CLIENT_STATE: 'a client state of ours',
    // Nothing takes the messages, and nothing calls Graph.
    'AzureWebJobs.evaluate.Disabled': 'true',
    'AzureWebJobs.drain.Disabled': 'true',
    'AzureWebJobs.feeds.Disabled': 'true',
  });

  test('it answers the validation of Graph', async () => {
    const url = `${host.url}/api/notifications?validationToken=${encodeURIComponent('Validation: a <b> & c')}`;
    const answer = await fetch(url, { method: 'POST' });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await answer.text()).toBe('Validation: a &lt;b&gt; &amp; c');
  });

  test('it answers a notification when the change is in Service Bus', async () => {
    const body = await readFile(join(repository, 'test/fixtures/graph/notification-updated.json'));
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${host.url}/api/notifications`, { method: 'POST', headers, body });
    expect(answer.status).toBe(202);
    expect(broker.peek('changes').map(({ sessionId }) => sessionId)).toEqual([
      expect.stringContaining('6e1f4c2a-9b7d-4f3e-8a55-0c9d1e2f3a4b'),
    ]);
  });

  test('it has the triggers that the sources have', async () => {
    const sources = await startHostProcess({
      args: ['--directory', repository, '--entry', 'functions/index.ts'],
      settings: settings(),
    });
    const triggers = async ({ line }: HostProcess) =>
      (await line(({ event }) => event === 'host.ready')).functions;
    try {
      expect(await triggers(host)).toEqual(await triggers(sources));
    } finally {
      await sources.stop();
    }
  });
});
