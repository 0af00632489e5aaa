import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../../infra/package/folders.ts';
import { relayPackage } from '../../infra/package/relay-package.ts';
import { zip } from '../../infra/package/zip.ts';
import { createServerCertificate } from '../../local/graph/http/certificates.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { type Door, listen, proxyDoor, webSocketDoor } from '../shared/bus/doors.ts';
import { entraSignIn } from './entra-sign-in.ts';
import { unpack } from './unpack.ts';

/**
 * The way out of a closed network: the unpacked relay, asked for its namespace by its real name, with nothing open but an
 * HTTP proxy. What stands for Azure on loopback shows certificates for the real names.
 */

const tenantId = '7d96d549-841b-4092-9c09-89abae4c860c';
const clientId = '0f4a7b0e-9d5b-4bd5-8f0e-2b1a6d3c4e5f';
const namespace = 'contoso.servicebus.windows.net';
const entra = 'login.microsoftonline.com';

let folder: string;
let unpacked: string;
let broker: Broker;
let front: Door;
let busAuthority: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'entra-writeback-way-out-'));
  unpacked = await unpack(zip(await relayPackage()));
  broker = await startBroker({ entities: join(repository, 'infra/service-bus.json') });
  const certificate = await createServerCertificate(join(folder, 'bus'), namespace);
  busAuthority = certificate.caFile;
  front = await webSocketDoor(certificate, broker.port);
});

afterAll(async () => {
  front?.close();
  await broker?.stop();
  await rm(folder, { recursive: true });
  await rm(unpacked, { recursive: true });
});

/** Puts these authorities into the file that the relay is told to trust. */
async function trust(...files: readonly string[]): Promise<void> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  await writeFile(join(folder, 'authorities.pem'), texts.join('\n'));
}

/** What a drop-in of systemd puts into the environment of the relay. */
async function environmentOf(dropIn: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(join(unpacked, 'linux', dropIn), 'utf8');
  return Object.fromEntries(
    [...text.matchAll(/^Environment=(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** The line of `entra-writeback check` about Service Bus. AD is not there, and does not matter. */
async function checkServiceBus(
  serviceBus: object,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly status: string; readonly detail: string }> {
  const config = join(folder, 'relay.yaml');
  await writeFile(join(folder, 'password.txt'), 'not needed');
  const settings = {
    name: 'behind-a-proxy',
    directory: { urls: ['ldaps://127.0.0.1:1'], bindDn: 'cn=nobody', passwordFile: 'password.txt' },
    serviceBus,
    containers: ['OU=EntraWriteback'],
  };
  await writeFile(config, JSON.stringify(settings));
  const args = [join(unpacked, 'entra-writeback.mjs'), '--json', 'check', '--config', config];
  const out = await new Promise<string>((done) => {
    execFile(process.execPath, args, { env, cwd: folder }, (_failure, stdout, stderr) =>
      done(stdout || stderr),
    );
  });
  const { lines } = JSON.parse(out) as { lines: { id: string; status: string; detail: string }[] };
  const line = lines.find(({ id }) => id === 'service-bus');
  return { status: line?.status ?? 'missing', detail: line?.detail ?? out };
}

test('with a certificate, through a proxy and over WebSockets, nothing but port 443 is needed', async () => {
  const forEntra = await createServerCertificate(join(folder, 'entra'), entra);
  const own = await generate([{ name: 'commonName', value: 'relay-1' }], {
    keySize: 2048,
    algorithm: 'sha256',
  });
  const signIn = await entraSignIn(forEntra, tenantId, own.public);
  const proxy = await proxyDoor({ [`${namespace}:443`]: front.port, [`${entra}:443`]: signIn.port });
  const proxyUrl = `http://127.0.0.1:${proxy.port}`;
  await trust(busAuthority, forEntra.caFile);
  await writeFile(join(folder, 'service-principal.pem'), `${own.private}\n${own.cert}`);
  try {
    const found = await checkServiceBus(
      { namespace, transport: 'webSockets', proxy: proxyUrl },
      {
        ...(await environmentOf('certificate.conf')),
        AZURE_CLIENT_CERTIFICATE_PATH: join(folder, 'service-principal.pem'),
        AZURE_TENANT_ID: tenantId,
        AZURE_CLIENT_ID: clientId,
        HTTPS_PROXY: proxyUrl,
        NODE_EXTRA_CA_CERTS: join(folder, 'authorities.pem'),
      },
    );
    expect(found).toMatchObject({ status: 'ok' });
    expect(signIn.signIns).toContainEqual({
      scope: expect.stringMatching(/^https:\/\/servicebus\.azure\.net\/+\.default$/),
      clientId,
      isSigned: true,
    });
    expect(front.asked).toContain('/$servicebus/websocket');
    expect(new Set(proxy.asked)).toEqual(new Set([`${entra}:443`, `${namespace}:443`]));
  } finally {
    for (const door of [proxy, signIn]) door.close();
  }
});

test('with Azure Arc, the agent of the machine is asked, and its proof is looked for where only it may write', async () => {
  const asked: { readonly url: string; readonly metadata: string | undefined }[] = [];
  const agent = await listen(
    createServer((request, response) => {
      asked.push({ url: request.url ?? '', metadata: String(request.headers.metadata) });
      const proof = '/var/opt/azcmagent/tokens/not-there.key';
      response.writeHead(401, { 'www-authenticate': `Basic realm=${proof}` }).end();
    }),
  );
  const proxy = await proxyDoor({ [`${namespace}:443`]: front.port });
  await trust(busAuthority);
  const environment = Object.entries(await environmentOf('azure-arc.conf')).map(([name, value]) => [
    name,
    value.replace('localhost:40342', `localhost:${agent.port}`),
  ]);
  try {
    const found = await checkServiceBus(
      { namespace, proxy: `http://127.0.0.1:${proxy.port}` },
      { ...Object.fromEntries(environment), NODE_EXTRA_CA_CERTS: join(folder, 'authorities.pem') },
    );
    expect(found.status).toBe('error');
    expect(found.detail).toMatch(/not-there\.key|secret file|azcmagent/i);
    expect(asked[0]?.url).toMatch(/^\/metadata\/identity\/oauth2\/token\?.*servicebus\.azure\.net/);
    expect(asked[0]?.metadata).toBe('true');
  } finally {
    agent.close();
    proxy.close();
  }
});
