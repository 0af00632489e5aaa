import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DirectoryEvent,
  type DirectorySettings,
  openDirectory,
} from '../../../relay/directory/index.ts';
import { createGroup, lookingFor, newId, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld('Samba');
});
afterAll(() => world.stop());

const open = (settings: Partial<DirectorySettings> = {}) => openDirectory({ ...world.settings, ...settings });

/** What opening with these settings fails with. */
const failure = (settings: Partial<DirectorySettings>) =>
  open(settings).then(
    async (directory) => {
      await directory.close();
      throw new Error('It opened.');
    },
    (error: unknown) => error,
  );

describe('opening', () => {
  it('works by LDAPS and by StartTLS alike', async () => {
    for (const url of [world.dc.url, world.dc.ldapUrl]) {
      const directory = await open({ urls: [url] });
      const ref = { kind: 'group', id: newId() } as const;
      await directory.apply(createGroup(world.dn(`by ${new URL(url).protocol.slice(0, -1)}`), ref));
      expect((await directory.observe(lookingFor(ref))).marked).toHaveLength(1);
      await directory.close();
    }
  });

  it('works with the name of the certificate in place of the address', async () => {
    const directory = await open({ serverName: world.dc.serverName });
    await directory.close();
  });

  it.each(['LDAPS', 'StartTLS'])('by %s refuses an authority that is not trusted', async (kind) => {
    const url = kind === 'LDAPS' ? world.dc.url : world.dc.ldapUrl;
    const error = await failure({ urls: [url], caFile: world.proxy.caFile });
    expect(error).toMatchObject({ kind: 'untrusted', code: 'CERTIFICATE_ISSUER_UNKNOWN' });
    expect(error).toHaveProperty('message', expect.stringContaining('caFile'));
    expect(await failure({ urls: [url], caFile: undefined })).toMatchObject({ kind: 'untrusted' });
  });

  it('refuses a certificate for another host and names those that it is for', async () => {
    const error = await failure({ serverName: 'dc9.corp.example' });
    expect(error).toMatchObject({ kind: 'untrusted', code: 'CERTIFICATE_WRONG_HOST' });
    expect(error).toHaveProperty('message', expect.stringContaining('DNS:dc1.lab.test'));
  });

  it('refuses a certificate that has expired', async () => {
    const server = await serveWith({
      notBeforeDate: new Date('2020-01-01'),
      notAfterDate: new Date('2020-02-01'),
    });
    const error = await failure({ urls: [server.url], caFile: server.caFile });
    server.close();
    expect(error).toMatchObject({ kind: 'untrusted', code: 'CERTIFICATE_EXPIRED' });
  });

  it('says when the file of the authorities is missing or holds none', async () => {
    const missing = await failure({ caFile: '/does/not/exist.pem' });
    expect(missing).toMatchObject({ kind: 'untrusted', code: 'CA_FILE_UNREADABLE' });
    const empty = await failure({ caFile: world.dc.configuration });
    expect(empty).toHaveProperty('message', expect.stringContaining('holds no PEM certificate'));
  });

  it('says when nobody listens, or does not speak TLS, or does not answer', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    const talkative = createServer((socket) =>
      socket.on('error', () => undefined).end('220 mail.example ESMTP\r\n'),
    );
    talkative.listen(0, '127.0.0.1');
    await Promise.all([once(silent, 'listening'), once(talkative, 'listening')]);
    expect(await failure({ urls: ['ldaps://127.0.0.1:1'] })).toMatchObject({
      code: 'UNREACHABLE',
      retry: 'later',
    });
    expect(await failure({ urls: [`ldaps://127.0.0.1:${portOf(talkative)}`] })).toMatchObject({
      code: 'NOT_TLS',
    });
    for (const scheme of ['ldap', 'ldaps']) {
      const error = await failure({
        urls: [`${scheme}://127.0.0.1:${portOf(silent)}`],
        connectTimeoutMs: 200,
      });
      expect(error).toMatchObject({ code: 'UNREACHABLE' });
    }
    silent.close();
    talkative.close();
  });

  it('explains a wrong password and does not try it again at once', async () => {
    const asked: number[] = [];
    let clock = 0;
    const settings = {
      password: () => {
        asked.push(clock);
        return asked.length === 1 ? world.dc.password : 'wrong';
      },
      now: () => clock,
      random: () => 0,
    };
    const directory = await open(settings);
    await world.dc.restart();
    const first = await directory.read(world.dn('x'), []).catch((error: unknown) => error);
    expect(first).toMatchObject({ kind: 'credentials', code: 'CREDENTIALS_REJECTED', resultCode: 49 });
    expect(first).toHaveProperty('message', expect.stringContaining('password of the account is wrong'));
    clock = 59_999;
    await expect(directory.read(world.dn('x'), [])).rejects.toMatchObject({
      kind: 'credentials',
      retryAfterMs: 1,
    });
    expect(asked).toHaveLength(2);
    clock = 60_000;
    await expect(directory.read(world.dn('x'), [])).rejects.toMatchObject({ kind: 'credentials' });
    expect(asked).toHaveLength(3);
    await directory.close();
  });

  it('refuses to run where NODE_DEBUG would write passwords to the log', async () => {
    const entry = join(import.meta.dirname, '../../../relay/directory/index.ts');
    const program = `import { openDirectory } from ${JSON.stringify(entry)};
      const settings = { urls: ['ldaps://127.0.0.1:1'], bindDn: 'x', password: () => 'x' };
      await openDirectory(settings).catch((error) => console.log(error.code));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NODE_DEBUG: 'http,ldapts' },
    });
    expect(stdout.trim()).toBe('DEBUG_LOG_SHOWS_SECRETS');
  });

  it('refuses an address that is no LDAP URL', async () => {
    expect(await failure({ urls: ['https://dc1'] })).toMatchObject({ code: 'UNREACHABLE', retry: 'never' });
  });
});

describe('a domain controller that was away', () => {
  it('is used again when it is back, without anybody doing anything', async () => {
    const events: DirectoryEvent[] = [];
    const directory = await open({ report: (event) => events.push(event) });
    await world.dc.restart();
    expect(await directory.read(world.dn('x'), [])).toBeUndefined();
    expect(events.map(({ event }) => event)).toEqual([
      'connected',
      'noDeletedObjectsShown',
      'disconnected',
      'connected',
    ]);
    await directory.close();
  });

  it('is asked again only after a pause that grows', async () => {
    let clock = 0;
    const directory = await open({ now: () => clock, random: () => 1, poolSize: 1 });
    await world.dc.kill();
    const attempt = () =>
      directory.read(world.dn('x'), []).catch((error: { retryAfterMs: number }) => error.retryAfterMs);
    const pauses: unknown[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const pause = await attempt();
      pauses.push(pause);
      clock += Number(pause);
    }
    expect(pauses).toEqual([250, 500, 1000, 2000]);
    await world.dc.restart();
    expect(await attempt()).toBeUndefined();
    await directory.close();
  });
});

describe('a closed directory', () => {
  it('refuses further calls', async () => {
    const directory = await open();
    await directory.close();
    await expect(directory.read(world.dn('x'), [])).rejects.toMatchObject({ code: 'CLOSED', retry: 'never' });
  });
});

/** A server with a certificate of its own, signed by itself. */
async function serveWith(validity: { readonly notBeforeDate: Date; readonly notAfterDate: Date }) {
  const made = await generate([{ name: 'commonName', value: 'dc1.lab.test' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  const server = createTlsServer({ cert: made.cert, key: made.private }, (socket) => {
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const caFile = join(world.dc.folder, 'expired.pem');
  await writeFile(caFile, made.cert);
  return { url: `ldaps://127.0.0.1:${portOf(server)}`, caFile, close: () => server.close() };
}

function portOf(server: { address(): unknown }): number {
  const address = server.address();
  if (typeof address === 'object' && address !== null && 'port' in address) return Number(address.port);
  throw new Error('It does not listen.');
}
