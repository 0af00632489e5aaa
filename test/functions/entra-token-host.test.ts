import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { type HostProcess, startHostProcess } from '../local/functions-host/host-process.ts';
import { startIssuer } from './issuer.ts';

/** The function app with access tokens instead of keys, in its host: no endpoint is left open. */

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let broker: Broker;
let host: HostProcess;
let folder: string;

beforeAll(async () => {
  issuer = await startIssuer();
  folder = await mkdtemp(join(tmpdir(), 'entra-token-'));
  await writeFile(join(folder, 'ca.pem'), issuer.certificate);
  broker = await startBroker({ entities: resolve('infra/service-bus.json') });
  host = await startHostProcess({
    args: ['--directory', resolve('.'), '--entry', 'functions/index.ts'],
    settings: {
      ...issuer.settings,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      ServiceBus: broker.connectionString,
      FUNCTIONS_KEY: 'the-host-key',
      GRAPH_BASE_URL: 'https://127.0.0.1:1',
    },
  });
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await broker?.stop();
  await issuer?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Every HTTP endpoint as the sources declare it. */
const endpoints = readdirSync('functions')
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    [...readFileSync(join('functions', file), 'utf8').matchAll(/triggers\.http\(([\s\S]*?)\n?\}\);/g)].map(
      ([, text = '']) => ({
        method: /methods: \['(\w+)'/.exec(text)?.[1] ?? '',
        route: /route: '([^']+)'/.exec(text)?.[1] ?? '',
        isOpen: text.includes("authLevel: 'anonymous'"),
      }),
    ),
  );

const call = (route: string, method: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${host.url}/api/${route.replaceAll(/\{\w+\??\}/g, 'x')}`, { method, headers });

const claims = [{ typ: 'roles', val: 'Writeback.Read' }];
const forged = Buffer.from(JSON.stringify({ claims })).toString('base64');

describe('a function app that takes access tokens', () => {
  it('has its operations endpoints, and the webhooks of Graph, which are open', () => {
    expect(endpoints.filter(({ isOpen }) => isOpen).map(({ route }) => route)).toEqual([
      'lifecycle',
      'notifications',
    ]);
    expect(endpoints.length).toBeGreaterThan(20);
    expect(endpoints.filter(({ method, route }) => !method || !route)).toEqual([]);
  });

  it.each(endpoints.filter(({ isOpen }) => !isOpen))(
    '$method $route opens for no key, no forged header and no broken token',
    async ({ method, route }) => {
      const tries = await Promise.all([
        call(route, method),
        call(route, method, { 'x-functions-key': 'the-host-key' }),
        call(route, method, { 'x-ms-client-principal': forged }),
        call(route, method, { authorization: 'Bearer a.b.c' }),
      ]);
      expect(tries.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    },
  );

  it('opens for a token with the app role alone', async () => {
    const authorization = `Bearer ${await issuer.token()}`;
    expect((await call('status', 'GET', { authorization })).status).toBe(200);
    expect((await call('sweep', 'POST', { authorization })).status).toBe(403);
  });
});
