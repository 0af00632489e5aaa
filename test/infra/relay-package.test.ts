import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repository } from '../../infra/package/folders.ts';
import { relayPackage } from '../../infra/package/relay-package.ts';
import { type Files, zip } from '../../infra/package/zip.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import manifest from '../../package.json' with { type: 'json' };
import { loadSettings } from '../../relay/settings/load-settings.ts';
import { RelaySettings } from '../../relay/settings/settings.ts';
import { unpack } from './unpack.ts';

const program = 'entra-writeback-relay.mjs';

let built: Files;
let folder = '';
let broker: Broker;

beforeAll(async () => {
  built = await relayPackage();
  folder = await unpack(zip(built));
  broker = await startBroker({ entities: join(repository, 'infra/service-bus.json') });
});

afterAll(async () => {
  await broker?.stop();
  if (folder) await rm(folder, { recursive: true });
});

const textOf = (name: string): string => new TextDecoder().decode(built[name]);

/** Runs the unpacked program with nothing but Node, to its end. */
async function run(
  args: readonly string[],
  file = program,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(folder, file), ...args], { cwd: folder, env: {} });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += String(part)));
  await once(child, 'close');
  return { code: child.exitCode, output };
}

/** Settings that reach the local broker, and no domain controller. */
async function settingsFile(): Promise<string> {
  const file = join(folder, 'relay.yaml');
  await writeFile(join(folder, 'password.txt'), 'not needed');
  const settings = {
    name: 'packaged',
    directory: { urls: ['ldaps://127.0.0.1:1'], bindDn: 'cn=nobody', passwordFile: 'password.txt' },
    serviceBus: { connectionString: broker.connectionString },
    containers: ['OU=EntraWriteback'],
    health: { port: 0 },
  };
  await writeFile(file, JSON.stringify(settings));
  return file;
}

test('the program runs with nothing beside it but Node', async () => {
  expect(await run(['--version'])).toEqual({ code: 0, output: `${manifest.version}\n` });
});

test('the commands for its machine run with nothing beside them but Node', async () => {
  const { code, output } = await run(['--help'], 'entra-writeback.mjs');
  expect(code).toBe(0);
  for (const command of ['check', 'prepare', 'holds', 'undo', 'claim'])
    expect(output).toContain(`  ${command} `);
  const undone = await run(['undo', '--config', await settingsFile()], 'entra-writeback.mjs');
  expect(undone).toEqual({ code: 0, output: 'Nothing was written yet.\n' });
});

test('wrong settings end it with 2, for which the service managers do not start it again', async () => {
  const { code, output } = await run(['--config', 'missing.yaml']);
  expect(code).toBe(2);
  expect(output).toContain('missing.yaml');
  expect(textOf('linux/entra-writeback-relay.service')).toContain('RestartPreventExitStatus=2');
  expect(textOf('windows/RelayService.cs')).toContain('SettingsAreWrong = 2;');
});

test('the check says what works and what does not', async () => {
  const args = ['check', '--json', '--config', await settingsFile()];
  const { code, output } = await run(args, 'entra-writeback.mjs');
  const { lines } = JSON.parse(output);
  expect(code).toBe(1);
  expect(lines).toContainEqual(expect.objectContaining({ id: 'service-bus', status: 'ok' }));
  expect(lines).toContainEqual(expect.objectContaining({ id: 'connection', status: 'error' }));
});

test('it runs without a domain controller, says so, and ends with 0 when it is told to', async () => {
  const args = [join(folder, program), '--config', await settingsFile()];
  const child: ChildProcess = spawn(process.execPath, args, {
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const events: string[] = [];
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    const { event } = JSON.parse(line);
    events.push(event);
    if (event === 'directory.lost') child.kill('SIGTERM');
  }
  await closed;
  expect(events).toContain('directory.lost');
  expect(child.exitCode).toBe(0);
});

test('install.sh puts everything where the unit looks for it, and keeps settings at an upgrade', async () => {
  const root = join(folder, 'root');
  const install = () =>
    promisify(execFile)('sh', [join(folder, 'linux/install.sh')], {
      env: { PATH: process.env.PATH ?? '', DESTDIR: root, NODE: process.execPath },
    });
  await install();
  const unit = await readFile(join(root, 'etc/systemd/system/entra-writeback-relay.service'), 'utf8');
  const [, node = '', file = '', config = ''] = /^ExecStart=(\S+) (\S+) --config (\S+)$/m.exec(unit) ?? [];
  expect(node).toBe(process.execPath);
  expect(await readFile(join(root, file), 'utf8')).toBe(textOf(program));
  const command = await readFile(join(root, 'usr/local/bin/entra-writeback'), 'utf8');
  const [, commandNode, commands = ''] = /^exec (\S+) (\S+) "\$@"$/m.exec(command) ?? [];
  expect(commandNode).toBe(process.execPath);
  expect(await readFile(join(root, commands), 'utf8')).toBe(textOf('entra-writeback.mjs'));

  const loaded = await loadSettings(join(root, config));
  expect(loaded).toMatchObject({
    ok: true,
    settings: {
      stateDirectory: '/var/lib/entra-writeback',
      directory: { passwordFile: '/run/credentials/entra-writeback-relay.service/ldap-password' },
    },
  });
  const [, , secret = ''] = /^LoadCredential=([\w-]+):(\S+)$/m.exec(unit) ?? [];
  expect((await stat(join(root, secret))).mode & 0o077).toBe(0);

  await writeFile(join(root, config), '# mine');
  await writeFile(join(root, secret), 'secret');
  await install();
  expect(await readFile(join(root, config), 'utf8')).toBe('# mine');
  expect(await readFile(join(root, secret), 'utf8')).toBe('secret');
});

test('install.sh refuses a Node that is too old, before it changes anything', async () => {
  const old = join(folder, 'old-node');
  await writeFile(old, '#!/bin/sh\necho v20.20.2\n', { mode: 0o755 });
  const env = { PATH: process.env.PATH ?? '', DESTDIR: join(folder, 'nowhere'), NODE: old };
  const attempt = promisify(execFile)('sh', [join(folder, 'linux/install.sh')], { env });
  await expect(attempt).rejects.toThrow(/needs Node 22 or later/);
  await expect(stat(join(folder, 'nowhere'))).rejects.toThrow(/ENOENT/);
});

test.each([
  'DynamicUser=yes',
  'NoNewPrivileges=yes',
  'ProtectSystem=strict',
  'CapabilityBoundingSet=',
  'SystemCallFilter=@system-service',
])('the systemd unit is confined: %s', (directive) => {
  expect(textOf('linux/entra-writeback-relay.service').split('\n')).toContain(directive);
});

test('the container runs without rights, and asks the health endpoint where it is by default', () => {
  const lines = textOf('container/Containerfile').split('\n');
  const value = (word: string): string =>
    lines.find((line) => line.startsWith(`${word} `))?.slice(word.length + 1) ?? '';
  expect(value('FROM')).toMatch(/^\S+:nonroot$/);
  expect(Number.parseInt(value('USER'), 10)).toBeGreaterThan(0);
  expect(value('STOPSIGNAL')).toBe('SIGTERM');
  const { health } = RelaySettings.pick({ health: true }).parse({});
  expect(value('HEALTHCHECK')).toContain(`http://127.0.0.1:${health.port}/health`);
  expect(JSON.parse(value('CMD'))[0]).toBe(`/opt/entra-writeback/${program}`);
});

test('what the container and the Windows installer copy is in the package', () => {
  const copied = /^COPY (.+) \S+$/m.exec(textOf('container/Containerfile'))?.[1]?.split(' ') ?? [];
  const named = [...textOf('windows/Install-Relay.ps1').matchAll(/\$(package|PSScriptRoot) '([^']+)'/g)].map(
    ([, where, name]) => (where === 'package' ? name : `windows/${name}`),
  );
  const programs = [program, 'entra-writeback.mjs', 'THIRD-PARTY-NOTICES.txt'];
  expect(copied).toEqual(programs);
  expect(named).toEqual(
    expect.arrayContaining([...programs, 'relay.sample.yaml', 'windows/RelayService.cs']),
  );
  expect(Object.keys(built)).toEqual(expect.arrayContaining([...copied, ...named]));
});
